import { Agent, request } from 'node:https';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { onTestFinished } from 'vitest';
import { REGION } from './accounts.js';
import type { Mode, World } from './world.js';

/** What clients sign with. */
export interface ClientKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Ordinary clients of the AWS SDK, which end with the test. */
export interface SdkClients {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly sts: STSClient;
  readonly cloudwatch: CloudWatchClient;
}

/** An agent that leads to AWS in one mode and trusts the local authority. */
export function createAgent(world: World, mode: Mode): Agent {
  const { ca } = world;
  if (mode === 'endpoint-url') return new Agent({ ca, keepAlive: true });
  const agent = new HttpsProxyAgent(world.listeners.proxyUrl ?? '', { keepAlive: true });
  // The agent hands these options to the TLS connection inside the tunnel.
  Object.assign(agent.options, { ca });
  return agent;
}

/** Clients as the README tells users to set them up. */
export function createClients(world: World, mode: Mode, keys: ClientKeys): SdkClients {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const httpsAgent = createAgent(world, mode);
  const config = {
    region: REGION,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    requestHandler: new NodeHttpHandler({ httpsAgent }),
    maxAttempts: 1,
    ...(mode === 'endpoint-url' ? { endpoint: world.listeners.endpointUrl ?? '' } : {}),
  };
  const clients: SdkClients = {
    // A bucket in front of "localhost" is a name that many machines do not resolve.
    s3: new S3Client({ ...config, forcePathStyle: mode === 'endpoint-url' }),
    dynamodb: new DynamoDBClient(config),
    sts: new STSClient(config),
    cloudwatch: new CloudWatchClient(config),
  };
  onTestFinished(() => {
    for (const client of Object.values(clients)) client.destroy();
    httpsAgent.destroy();
  });
  return clients;
}

/** Opens an address as a program without AWS's libraries does, with the path as it is: URL parsers fold dot segments. */
export function download(
  world: World,
  mode: Mode,
  url: string,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const [, host, port = '443', path] = /^https:\/\/([^/:]+)(?::(\d+))?(\/.*)$/.exec(url) ?? [];
  const agent = createAgent(world, mode);
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        agent.destroy();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) });
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

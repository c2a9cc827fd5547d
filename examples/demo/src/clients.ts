import { Agent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { LocalCredentials } from '@postern/gateway';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { World } from './world.js';

/** Ordinary clients of the AWS SDK: only where they connect to is set, as their documentation describes. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sts: STSClient;
  destroy(): void;
}

/** Clients that take the proxy for AWS (`AWS_ENDPOINT_URL`). */
export function endpointUrlClients(world: World, credentials: LocalCredentials): AwsClients {
  const endpoint = world.listeners.endpointUrl ?? '';
  return clients(credentials, new Agent({ ca: world.ca, keepAlive: true }), { endpoint });
}

/** Clients that reach AWS through a proxy (`HTTPS_PROXY`). */
export function connectClients(world: World, credentials: LocalCredentials): AwsClients {
  const proxyUrl = world.listeners.proxyUrl ?? '';
  const agent = new HttpsProxyAgent(proxyUrl, { keepAlive: true });
  // The agent hands these options to the TLS connection inside the tunnel.
  Object.assign(agent.options, { ca: world.ca });
  return clients(credentials, agent, {});
}

function clients(
  { accessKeyId, secretAccessKey }: LocalCredentials,
  httpsAgent: Agent,
  where: { readonly endpoint?: string },
): AwsClients {
  const config = {
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new NodeHttpHandler({ httpsAgent }),
    maxAttempts: 1,
    ...where,
  };
  const dynamodb = new DynamoDBClient(config);
  // A bucket in front of "localhost" is a name that many machines do not resolve.
  const s3 = new S3Client({ ...config, forcePathStyle: where.endpoint !== undefined });
  const sts = new STSClient(config);
  return {
    dynamodb,
    s3,
    sts,
    destroy() {
      for (const client of [dynamodb, s3, sts]) client.destroy();
      httpsAgent.destroy();
    },
  };
}

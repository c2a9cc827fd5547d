import { Agent } from 'node:https';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { hashPassword } from '@postern/sign-in';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { type Directory, loadDirectory } from '../../src/directory.js';
import { startEmbeddedAws } from '../../src/embedded.js';
import { type RunningGateway, type StartOptions, startGateway } from '../../src/start-gateway.js';

export const resources = fileURLToPath(new URL('../../resources', import.meta.url));
export const PASSWORD = 'correct horse battery staple';

/** One answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look at single fields of many shapes; a wrong one fails the assertion.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

export interface TestGateway extends RunningGateway {
  readonly audit: readonly string[];
  /** What went wrong on the inside. */
  readonly problems: readonly unknown[];
  /** Moves the time of the gateway on; that of AWS and of clients stays. */
  advance(milliseconds: number): void;
  call(method: string, path: string, token?: string, body?: unknown): Promise<Answer>;
  login(user: string): Promise<string>;
  end(): Promise<void>;
}

/** A gateway on loopback with everything real but AWS. */
export async function startTestGateway(
  more: Partial<StartOptions> | ((directory: Directory) => Partial<StartOptions>) = {},
  change: (directory: Directory) => Directory = (same) => same,
): Promise<TestGateway> {
  let offset = 0;
  const embedded = await startEmbeddedAws(() => new Date());
  const directory = change(await loadDirectory(resources, { cwd: resources }));
  const hash = await hashPassword(PASSWORD);
  const audit: string[] = [];
  const problems: unknown[] = [];
  const running = await startGateway({
    ...embedded.options,
    directory,
    clock: () => new Date(Date.now() + offset),
    host: '127.0.0.1',
    port: 0,
    proxyPort: 0,
    endpointPort: 0,
    users: new Map([...directory.users.keys()].map((name) => [name, hash])),
    writeAudit: (line) => audit.push(line),
    onProblem: (error) => problems.push(error),
    ...(typeof more === 'function' ? more(directory) : more),
  });
  embedded.serveIssuerFrom(running.localUrl);
  const call: TestGateway['call'] = async (method, path, token, body) => {
    const response = await fetch(`${running.localUrl}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: text.startsWith('{') ? JSON.parse(text) : text };
  };
  return {
    ...running,
    audit,
    problems,
    advance(milliseconds) {
      offset += milliseconds;
    },
    call,
    async login(user) {
      const { status, body } = await call('POST', '/api/v1/login', undefined, {
        user,
        password: PASSWORD,
      });
      if (status !== 200) throw new Error(`login of ${user}: ${status} ${JSON.stringify(body)}`);
      return body.token;
    },
    async end() {
      await running.close();
      await embedded.close();
    },
  };
}

/** Ordinary SDK clients with what the API gave for a session. */
export function awsClients(session: Answer['body'], mode: 'connect' | 'endpoint') {
  const { accessKeyId, secretAccessKey, region, caCertificate: ca } = session;
  const agent =
    mode === 'endpoint'
      ? new Agent({ ca, keepAlive: true })
      : new HttpsProxyAgent<string>(session.proxyUrl, { keepAlive: true });
  // The agent hands these options to the TLS connection inside the tunnel.
  if (mode === 'connect') Object.assign(agent.options, { ca });
  const config = {
    region,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
    maxAttempts: 1,
    ...(mode === 'endpoint' ? { endpoint: session.endpointUrl } : {}),
  };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sts = new STSClient(config);
  return {
    s3,
    sts,
    destroy() {
      for (const client of [s3, sts]) client.destroy();
      agent.destroy();
    },
  };
}

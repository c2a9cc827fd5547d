import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  type AwsStandIn,
  GUIDE_ACCOUNTS as accounts,
  createAwsStandIn,
} from '@postern/aws-stand-in';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { postern, resources } from './support/run.js';
import { fakeWorld } from './support/world.js';

let aws: AwsStandIn;
beforeAll(async () => {
  aws = await createAwsStandIn({ accounts });
  await aws.listen();
  const base = aws.credentialsFor('arn:aws:iam::123456789012:user/postern-gateway');
  // The provider chain of the SDK reads the environment itself.
  vi.stubEnv('AWS_ACCESS_KEY_ID', base.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', base.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', undefined);
  vi.stubEnv('AWS_PROFILE', undefined);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const login = ['--config', resources, '--user', 'alice', '--app', 'awsconsole-test'];
const env = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_REGION: 'us-east-1',
  NO_PROXY: 'intranet',
};

interface Started {
  readonly url: string;
  readonly caBundle: string;
  readonly env: Record<string, string>;
  readonly unset: readonly string[];
}

/** Starts the proxy and gives its one line of JSON; `stop` ends it like SIGTERM and gives the exit code. */
async function start(...more: string[]): Promise<Started & { stop(): Promise<number> }> {
  const controller = new AbortController();
  let line = '';
  let running: Promise<number> | undefined;
  await new Promise<void>((resolve, reject) => {
    running = runCli(
      fakeWorld({
        args: ['proxy', 'aws', ...login, '--upstream', aws.url, '--format', 'json', ...more],
        env,
        signal: controller.signal,
        out: (text) => {
          line += text;
          if (line.endsWith('\n')) resolve();
        },
        err: (text) => reject(new Error(text)),
      }),
    );
  });
  expect(line.trimEnd().split('\n')).toHaveLength(1);
  return {
    ...JSON.parse(line),
    async stop() {
      controller.abort();
      return (await running) ?? -1;
    },
  };
}

async function listTables(config: object) {
  const client = new DynamoDBClient({ region: 'us-east-1', maxAttempts: 1, ...config });
  try {
    return await client.send(new ListTablesCommand({}));
  } finally {
    client.destroy();
  }
}

const keysOf = (started: Started) => ({
  accessKeyId: started.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: started.env.AWS_SECRET_ACCESS_KEY ?? '',
});

describe('postern proxy aws', () => {
  it('serves endpoint-URL mode until it is stopped, and leaves nothing behind', async () => {
    const started = await start('--aws-role', 'role_for_alice', '--endpoint-url');
    const { url, caBundle, unset } = started;
    expect(started.env).toMatchObject({
      AWS_ENDPOINT_URL: url,
      AWS_CA_BUNDLE: caBundle,
      AWS_REGION: 'us-east-1',
      NO_PROXY: expect.stringContaining('intranet'),
    });
    expect(unset).toContain('AWS_SESSION_TOKEN');
    expect(statSync(caBundle).mode & 0o777).toBe(0o600);
    const httpsAgent = new Agent({ ca: readFileSync(caBundle) });
    const requestHandler = new NodeHttpHandler({ httpsAgent });
    const answer = await listTables({
      endpoint: url,
      credentials: keysOf(started),
      requestHandler,
    });
    expect(answer.TableNames).toEqual([]);
    expect(aws.requests.at(-1)?.principal).toBe(
      'arn:aws:sts::123456789012:assumed-role/role_for_alice/alice',
    );
    expect(await started.stop()).toBe(0);
    expect(() => statSync(caBundle)).toThrow();
    await expect(
      listTables({ endpoint: url, credentials: keysOf(started), requestHandler }),
    ).rejects.toThrow();
  });

  it('serves HTTPS_PROXY mode on the port that was asked for', async () => {
    const port = await freePort();
    const started = await start('--aws-role', 'role_for_alice', '-p', String(port));
    expect(started.url).toBe(`http://127.0.0.1:${port}`);
    expect(started.env.HTTPS_PROXY).toBe(started.url);
    expect(started.unset).toContain('AWS_ENDPOINT_URL');
    const httpsAgent = new HttpsProxyAgent(started.url);
    Object.assign(httpsAgent.options, { ca: readFileSync(started.caBundle) });
    const requestHandler = new NodeHttpHandler({ httpsAgent });
    const answer = await listTables({ credentials: keysOf(started), requestHandler });
    expect(answer.TableNames).toEqual([]);
    expect(await started.stop()).toBe(0);
  });

  it('does not start for a role that the user may not have, and says why', async () => {
    const denied = [
      'proxy',
      'aws',
      '--config',
      resources,
      '--user',
      'bob',
      '--app',
      'awsconsole-prod',
    ];
    const { code, out, err } = await postern([...denied, '--aws-role', 'ExampleReadOnlyAccess'], {
      env,
    });
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('bob may not use arn:aws:iam::123456789012:role/ExampleReadOnlyAccess');
    expect(err).toContain('no-production');
  });

  it('asks which role when several fit, and names them', async () => {
    const { code, err } = await postern(['proxy', 'aws', ...login], { env });
    expect(code).toBe(1);
    expect(err).toContain('role/ExampleReadOnlyAccess');
    expect(err).toContain('role/role_for_alice');
  });

  it('names the port that is taken, and the flag that helps', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const args = ['proxy', 'aws', ...login, '--aws-role', 'role_for_alice', '-p', String(port)];
    const { code, err } = await postern(args, { env });
    server.close();
    expect(code).toBe(1);
    expect(err).toContain(`port ${port} is taken`);
    expect(err).toContain('-p');
  });

  it.each(['ftp://127.0.0.1:1', 'nonsense', 'http://10.0.0.1:80'])(
    'refuses the upstream %s',
    async (upstream) => {
      const args = [
        'proxy',
        'aws',
        ...login,
        '--aws-role',
        'role_for_alice',
        '--upstream',
        upstream,
      ];
      const { code, err } = await postern(args, { env });
      expect(code).toBe(1);
      expect(err).toContain('--upstream');
    },
  );
});

describe('postern console', () => {
  it('prints a sign-in URL, alone on standard output', async () => {
    const args = ['console', ...login, '--aws-role', 'role_for_alice', '--upstream', aws.url];
    const { code, out } = await postern(args, { env });
    expect(code).toBe(0);
    expect(out).toMatch(/^https:\/\/signin\.aws\.amazon\.com\/federation\?Action=login\S+\n$/);
  });

  it('says in one sentence that AWS cannot be reached', async () => {
    const port = await freePort();
    const upstream = `http://127.0.0.1:${port}`;
    const args = ['console', ...login, '--aws-role', 'role_for_alice', '--upstream', upstream];
    const { code, out, err } = await postern(args, { env });
    expect([code, out]).toEqual([1, '']);
    expect(err).not.toMatch(/^\s+at /m);
    expect(err.length).toBeGreaterThan(20);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

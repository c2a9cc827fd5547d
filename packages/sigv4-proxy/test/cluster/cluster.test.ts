import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalCa } from '../../src/local-ca/local-ca.js';
import { LOCAL, ROLE, ROLE_ARN } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { bundleRecipe } from '../support/recipe-program.js';
import { signHeaders } from '../support/signed-request.js';
import { type SeenRequest, startUpstream, type Upstream } from '../support/upstream.js';

const OTHER = {
  accessKeyId: 'ASIAOTHERROLESESSION',
  secretAccessKey: 'other/role+secret0123456789abcdefghijklmno',
  sessionToken: 'OTHERTOKEN',
};
const LOGIN = {
  id: LOCAL.accessKeyId,
  ancestors: [],
  expiresAt: Date.parse('2999-01-01T00:00:00Z'),
  data: JSON.stringify({
    secretAccessKey: LOCAL.secretAccessKey,
    user: 'alice',
    roleArn: ROLE_ARN,
  }),
};

interface Told {
  readonly type: string;
  readonly pids: readonly number[];
  readonly told: readonly { pid: number; stsCalls: number }[];
  readonly exits: readonly (number | null)[];
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The worker that answered. */
  readonly pid: number;
}

let program: string;
/** With `cert.pem` and `key.pem`. */
let directory: string;
let trusted: string;
let upstream: Upstream;
let primary: ChildProcess;
let ready: Told;
let port: number;
/** Answers that the upstream keeps back. */
let slow: (() => void)[];

beforeAll(async () => {
  program = await bundleRecipe();
  directory = mkdtempSync(join(tmpdir(), 'cluster-'));
  const ca = await createLocalCa();
  trusted = ca.trustedCertificates();
  const { certificate, privateKey } = await ca.issue('localhost');
  writeFileSync(join(directory, 'cert.pem'), certificate);
  writeFileSync(join(directory, 'key.pem'), privateKey, { mode: 0o600 });
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  slow = [];
  upstream = await startUpstream(
    (request, response) => {
      const body = answerTo(request);
      if (request.url.startsWith('/bucket/slow')) {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write('begun,');
        slow.push(() => response.end('finished'));
      } else {
        response.writeHead(200, {
          'content-type': 'text/xml',
          'content-length': Buffer.byteLength(body),
        });
        response.end(body);
      }
    },
    { credentials: [ROLE, OTHER] },
  );
  port = await freePort();
  primary = start(directory);
  ready = await message('ready');
  await tell('change', { change: { type: 'added', record: LOGIN } });
});

afterEach(async () => {
  if (primary.connected) {
    const exit = once(primary, 'exit');
    primary.kill('SIGTERM');
    await exit;
  }
  await upstream.close();
});

function start(cwd: string): ChildProcess {
  return fork(program, {
    cwd,
    env: {
      ...process.env,
      UPSTREAM_PORT: String(upstream.port),
      PROXY_PORT: String(port),
      ROLE_KEYS: JSON.stringify(ROLE),
    },
    serialization: 'json',
    silent: true,
  });
}

function answerTo(request: SeenRequest): string {
  if (!request.body.toString().includes('Action=AssumeRole')) return request.body.toString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:name</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/other/name</Arn></AssumedRoleUser><Credentials><AccessKeyId>${OTHER.accessKeyId}</AccessKeyId><SecretAccessKey>${OTHER.secretAccessKey}</SecretAccessKey><SessionToken>${OTHER.sessionToken}</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

/** A message of the primary. */
function message(type: string, matches: (told: Told) => boolean = () => true): Promise<Told> {
  return new Promise((resolve, reject) => {
    const onMessage = (told: Told): void => {
      if (told.type !== type || !matches(told)) return;
      primary.off('message', onMessage);
      primary.off('exit', onExit);
      resolve(told);
    };
    const onExit = (): void => reject(new Error(`The primary ended before it said ${type}.`));
    primary.on('message', onMessage);
    primary.once('exit', onExit);
  });
}

async function tell(type: string, more: object = {}): Promise<Told> {
  const done = message(`${type}-done`);
  primary.send({ type, ...more });
  return done;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

async function ask(
  agent: Agent | false,
  sketch: {
    path: string;
    service?: string;
    body?: string;
    credentials?: typeof OTHER;
    contentType?: string;
  },
  onData: () => void = () => {},
): Promise<Answer> {
  const { path, body = '', contentType = 'text/plain' } = sketch;
  const headers = await signHeaders({
    ...sketch,
    method: 'POST',
    host: `localhost:${port}`,
    headers: { 'content-length': String(body.length), 'content-type': contentType },
  });
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: trusted,
      method: 'POST',
      path,
      headers: Object.fromEntries(headers),
      agent,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0, headers: received } = response;
      const pid = Number(String(received['x-sigv4-proxy-request-id']).split('-')[0]);
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk;
        onData();
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status, headers: received, body: text, pid }));
    });
    request.end(body);
  });
}

/** Asks on new connections until each worker has answered. */
async function askBoth(sketch: Parameters<typeof ask>[1]): Promise<readonly Answer[]> {
  const answers = new Map<number, Answer>();
  for (let i = 0; answers.size < 2 && i < 50; i += 1) {
    const answer = await ask(false, sketch);
    answers.set(answer.pid, answer);
  }
  expect(answers.size).toBe(2);
  return [...answers.values()];
}

describe('several processes, as the README runs them,', () => {
  it('share sessions that were handed out, and lose them at once when they are revoked', async () => {
    const issued = await ask(false, {
      path: '/',
      service: 'sts',
      contentType: 'application/x-www-form-urlencoded',
      body: 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/other&RoleSessionName=name',
    });
    expect(issued.status).toBe(200);
    const element = (name: string): string =>
      new RegExp(`<${name}>([^<]*)<`).exec(issued.body)?.[1] ?? '';
    const credentials = {
      accessKeyId: element('AccessKeyId'),
      secretAccessKey: element('SecretAccessKey'),
      sessionToken: element('SessionToken'),
    };
    expect(credentials.accessKeyId).toMatch(/^SV00/);
    const own = { path: '/bucket/key', credentials };
    for (const { status } of await askBoth(own)) expect(status).toBe(200);
    expect(upstream.seen.slice(-2).map(({ keyId }) => keyId)).toEqual([
      OTHER.accessKeyId,
      OTHER.accessKeyId,
    ]);
    for (const { status } of await askBoth({ path: '/bucket/key' })) expect(status).toBe(200);

    const { told } = await tell('revoke', { id: LOCAL.accessKeyId });
    const before = upstream.seen.length;
    for (const sketch of [own, { path: '/bucket/key' }]) {
      for (const { status, body } of await askBoth(sketch)) {
        expect(status).toBe(403);
        expect(body).toContain('InvalidAccessKeyId');
      }
    }
    expect(upstream.seen.length).toBe(before);
    // Each process had its own credentials of the role, and asked for them once.
    expect(told.map(({ stsCalls }) => stsCalls)).toEqual([1, 1]);
    expect(upstream.refused).toEqual([]);
  });

  it('restart one after the other under load without one failed request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const failures: unknown[] = [];
    const served = new Map<number, number>();
    let isOver = false;
    let closes = 0;
    const client = async (): Promise<void> => {
      for (let i = 0; !isOver; i += 1) {
        try {
          const body = `body ${i}`;
          const answer = await ask(agent, { path: '/bucket/key', body });
          if (answer.status !== 200 || answer.body !== body) failures.push(answer);
          if (answer.headers.connection === 'close') closes += 1;
          served.set(answer.pid, (served.get(answer.pid) ?? 0) + 1);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const clients = Array.from({ length: 8 }, client);
    let begun = 0;
    const streams = Array.from({ length: 4 }, () => {
      let isFirst = true;
      return ask(false, { path: '/bucket/slow' }, () => {
        begun += isFirst ? 1 : 0;
        isFirst = false;
      });
    });
    await eventually(() => begun === 4);
    const restarted = tell('restart');
    await message('draining');
    for (const finish of slow) finish();
    for (const { body } of await Promise.all(streams)) expect(body).toBe('begun,finished');
    const { exits } = await restarted;
    const enough = [...served.values()].reduce((sum, count) => sum + count, 0) + 100;
    await eventually(() => [...served.values()].reduce((sum, count) => sum + count, 0) > enough);
    isOver = true;
    await Promise.all(clients);
    agent.destroy();
    expect(failures).toEqual([]);
    expect(exits).toEqual([0, 0]);
    // All four processes have served, and the old ones have said goodbye.
    expect(served.size).toBe(4);
    for (const pid of ready.pids) expect(served.has(pid)).toBe(true);
    expect(closes).toBeGreaterThan(0);
    expect(upstream.refused).toEqual([]);
  });

  it('finish what is in flight when the service is told to end', async () => {
    let isBegun = false;
    const stream = ask(false, { path: '/bucket/slow' }, () => {
      isBegun = true;
    });
    await eventually(() => isBegun);
    const exit = once(primary, 'exit');
    const draining = message('draining');
    primary.kill('SIGTERM');
    await draining;
    for (const finish of slow) finish();
    expect((await stream).body).toBe('begun,finished');
    expect(await exit).toEqual([0, null]);
  });

  it('end with an error when a worker cannot start, and nobody waits for it', async () => {
    const empty = mkdtempSync(join(directory, 'empty-'));
    const broken = start(empty);
    const [code] = await once(broken, 'exit');
    expect(code).toBe(1);
  });
});

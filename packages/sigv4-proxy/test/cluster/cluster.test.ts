import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleProgram } from '../support/bundle-program.js';
import { LOCAL, ROLE, ROLE_ARN } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
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
  readonly told: readonly { pid: number; stsCalls: number; activeRequests: number }[];
  readonly exits: readonly (number | null)[];
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The worker that answered. */
  readonly pid: number;
}

let files: { primary: string; worker: string };
let upstream: Upstream;
let primary: ChildProcess;
let ready: Told;
let port: number;
/** Answers that the upstream keeps back. */
let slow: (() => void)[];

beforeAll(async () => {
  const program = (name: string) =>
    bundleProgram(new URL(`programs/${name}.ts`, import.meta.url), `cluster-${name}`);
  files = { primary: await program('primary'), worker: await program('worker') };
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
  primary = fork(files.primary, [files.worker], {
    env: {
      ...process.env,
      UPSTREAM_PORT: String(upstream.port),
      PROXY_PORT: String(port),
      ROLE_KEYS: JSON.stringify(ROLE),
    },
    serialization: 'json',
  });
  ready = await message('ready');
  await tell('change', { type: 'added', record: LOGIN });
});

afterEach(async () => {
  if (primary.connected) {
    const exit = once(primary, 'exit');
    primary.send({ type: 'stop' });
    await exit;
  }
  await upstream.close();
});

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

async function tell(type: string, change?: object): Promise<Told> {
  const done = message(`${type}-done`);
  primary.send({ type, change });
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
    const request = httpRequest({
      port,
      host: '127.0.0.1',
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

describe('several processes', () => {
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

    const { told } = await tell('change', { type: 'revoked', id: LOCAL.accessKeyId });
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
});

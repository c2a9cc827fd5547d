import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLocalCa } from '../../src/local-ca/local-ca.js';
import type { CertificateAuthority } from '../../src/node/certificate-authority.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RawConnection, type RawUpstream, startRawUpstream } from '../support/raw-upstream.js';
import { signHeaders } from '../support/signed-request.js';

const GOOD = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const LONG = 300_000;

let ca: CertificateAuthority;
let upstream: RawUpstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let port: number;
/** What AWS does; replaced by each test. */
let play: (connection: RawConnection, count: number) => void;

beforeAll(async () => {
  ca = await createLocalCa();
});

async function start(transport: 'plain' | 'tls', options: Parameters<typeof startLocalProxy>[1]) {
  upstream = await startRawUpstream(
    (connection, count) => play(connection, count),
    transport === 'tls' ? ca : undefined,
  );
  local = await startLocalProxy(
    upstream,
    { ...options },
    { endpointTls: false, connectPort: false },
  );
  port = Number(new URL(local.endpointUrl ?? '').port);
  client = await RawClient.open(port);
}

beforeEach(() => {
  play = () => {};
});

afterEach(async () => {
  client.socket.destroy();
  await local.stop();
  await upstream.close();
});

/** Sends a PUT; its body streams when it is long. */
async function put(body: Buffer | string = 'body', to = client): Promise<void> {
  const path = '/bucket/key';
  const headers = { 'content-length': String(body.length) };
  const sketch = { method: 'PUT', path, host: `localhost:${port}`, headers, body };
  to.write(head('PUT', path, await signHeaders(sketch)));
  to.write(Buffer.from(body));
}

const hasBody = ({ text }: RawConnection): boolean => text().endsWith('body');
const hasHead = ({ text }: RawConnection): boolean => text().includes('\r\n\r\n');

/** The HTTP client may open a connection in place of a broken one, before it knows whether it needs it. */
const isOver = ({ isClosed, text }: RawConnection): boolean => isClosed() || text() === '';

/** After every fault: nothing is held, and the next request is served on a new connection. */
async function expectRecovery(): Promise<void> {
  await eventually(() => local.proxy.metrics().activeRequests === 0);
  await eventually(() => upstream.connections.every(isOver));
  play = (connection) => {
    if (hasBody(connection)) connection.socket.write(GOOD);
  };
  const next = await RawClient.open(port);
  await put('body', next);
  expect(await next.until('ok')).toMatch(/^HTTP\/1\.1 200 /);
  next.socket.destroy();
  await eventually(() => local.events.length === 2);
  expect(local.events[1]).toMatchObject({ outcome: 'allowed', http: { status: 200 } });
}

type Fault = readonly [stage: string, play: (connection: RawConnection) => void, body?: Buffer];

const named = (faults: readonly Fault[]) =>
  faults.map(([stage, fault, body]) => ({ stage, fault, body }));

const BEFORE_THE_ANSWER: readonly Fault[] = [
  ['resets after it has accepted', (one) => one.reset()],
  ['closes after it has accepted', (one) => one.socket.end()],
  [
    'resets in the middle of the request body',
    (one) => {
      if (one.text().length > 100_000) one.reset();
    },
    Buffer.alloc(LONG),
  ],
  ['resets before the head of its answer', (one) => hasBody(one) && one.reset()],
  ['half-closes before the head of its answer', (one) => hasBody(one) && one.socket.end()],
  ['half-closes in its head', (one) => hasBody(one) && one.socket.end('HTTP/1.1 200 OK\r\ncont')],
  [
    'resets in its head',
    (one) => hasBody(one) && one.socket.write('HTTP/1.1 200 OK\r\ncont', () => one.reset()),
  ],
  [
    'resets in a short body',
    (one) =>
      hasBody(one) &&
      one.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', () => one.reset()),
  ],
  [
    'ends in a short body',
    (one) => hasBody(one) && one.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'),
  ],
  ['does not speak HTTP', (one) => hasBody(one) && one.socket.write('SSH-2.0-OpenSSH_9.0\r\n')],
  [
    'states two lengths',
    (one) =>
      hasBody(one) &&
      one.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nokmore'),
  ],
  [
    'states a length and chunks',
    (one) =>
      hasBody(one) &&
      one.socket.write(
        'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      ),
  ],
  [
    'floods its head',
    (one) =>
      hasBody(one) && one.socket.write(`HTTP/1.1 200 OK\r\n${'x-flood: 1\r\n'.repeat(20_000)}`),
  ],
];

describe.each(['plain', 'tls'] as const)('an AWS (%s) that', (transport) => {
  it.each(named(BEFORE_THE_ANSWER))('$stage: a typed 503', async ({ fault, body }) => {
    await start(transport, {});
    play = (one) => fault(one);
    await put(body ?? 'body');
    const text = await client.until('</Error>');
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text).toMatch(/\r\nx-sigv4-proxy-error: upstream\r\n/i);
    expect(text).toMatch(/\r\nretry-after: /i);
    expect(text).toContain('<Code>ServiceUnavailable</Code>');
    expect(local.events).toMatchObject([
      { type: 'aws.request.failed', outcome: 'failed', reason: 'upstream', user: 'alice' },
    ]);
    await expectRecovery();
  });

  const big = 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n';
  const chunked = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  it.each(
    named([
      [
        'resets in a long body',
        (one) => hasBody(one) && one.socket.write(`${big}abc`, () => one.reset()),
      ],
      ['ends in a long body', (one) => hasBody(one) && one.socket.end(`${big}abc`)],
      ['cuts a chunk', (one) => hasBody(one) && one.socket.end(`${chunked}ff\r\nabc`)],
      [
        'sends no chunk size',
        (one) => hasBody(one) && one.socket.write(`${chunked}3\r\nabc\r\nzz`),
      ],
      [
        'leaves out the last chunk',
        (one) => hasBody(one) && one.socket.end(`${chunked}3\r\nabc\r\n`),
      ],
    ]),
  )('$stage: a cut answer, on record as failed', async ({ fault }) => {
    await start(transport, {});
    play = (one) => fault(one);
    await put();
    const text = await client.untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    // A client must see that it is not whole: no last chunk, or fewer bytes than stated.
    expect(text).not.toMatch(/\r\n0\r\n\r\n$/);
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    await expectRecovery();
  });

  it('resets after its answer: nobody notices', async () => {
    await start(transport, {});
    play = (one) => {
      if (hasBody(one)) one.socket.write(GOOD, () => one.reset());
    };
    await put();
    expect(await client.until('ok')).toMatch(/^HTTP\/1\.1 200 /);
    await eventually(() => upstream.connections[0]?.isClosed() === true);
    await expectRecovery();
  });

  it('answers before the body has come: the answer is relayed and the upload ends', async () => {
    await start(transport, {});
    let isAnswered = false;
    play = (one) => {
      if (isAnswered || !hasHead(one)) return;
      isAnswered = true;
      one.socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
    };
    await put(Buffer.alloc(LONG));
    // What it gets when AWS closes under the upload is a matter of luck; that it gets something is not.
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 (403|503) /);
    await eventually(() => local.events.length === 1);
    await expectRecovery();
  });
});

describe('an AWS that', () => {
  it('cannot be reached: a typed 503', async () => {
    await start('plain', {
      connect: async () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
    });
    await put();
    expect(await client.until('</Error>')).toMatch(/^HTTP\/1\.1 503 [\s\S]*ServiceUnavailable/);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    expect(local.proxy.metrics().activeRequests).toBe(0);
  });

  it('stands still in its body: cut off after its time, and on record as failed', async () => {
    await start('plain', { idleTimeoutMs: 50 });
    play = (one) => {
      if (hasBody(one)) one.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nabc');
    };
    await put();
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 /);
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    await expectRecovery();
  });

  it('vanishes without a word: a typed 503 after its time, and nobody waits for its connection', async () => {
    await start('plain', { responseHeaderTimeoutMs: 50 });
    await put();
    expect(await client.until('</Error>')).toMatch(/^HTTP\/1\.1 503 /);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    await expectRecovery();
  });
});

describe('strict audit', () => {
  it('takes back with a second event what it had to call allowed', async () => {
    await start('plain', { onAuditFailure: 'deny' });
    play = (one) => {
      if (hasBody(one)) one.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nabc');
    };
    await put();
    await client.untilEnd();
    await eventually(() => local.events.length === 2);
    expect(local.events).toMatchObject([
      { outcome: 'allowed' },
      { outcome: 'failed', reason: 'upstream' },
    ]);
    expect(local.events[1]?.id).toBe(local.events[0]?.id);
    expect(local.proxy.metrics().requests).toMatchObject({ allowed: 0, failed: 1 });
  });

  it('lets a client with a stuck sink go with a typed error, and gives back its place', async () => {
    let stuck = true;
    await start('plain', {
      onAuditFailure: 'deny',
      auditTimeoutMs: 20,
      maxConcurrentRequests: 1,
      onAudit: () => (stuck ? new Promise(() => {}) : undefined),
    });
    play = (one) => {
      if (hasBody(one)) one.socket.write(GOOD);
    };
    await put();
    const text = await client.until('</Error>');
    expect(text).toMatch(
      /^HTTP\/1\.1 500 [\s\S]*x-sigv4-proxy-error: internal[\s\S]*InternalError/i,
    );
    expect(text).not.toContain('\r\n\r\nok');
    stuck = false;
    const next = await RawClient.open(port);
    await put('body', next);
    expect(await next.until('ok')).toMatch(/^HTTP\/1\.1 200 /);
    next.socket.destroy();
  });
});

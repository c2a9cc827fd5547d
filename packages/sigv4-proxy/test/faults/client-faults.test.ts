import { connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestRules } from '../../src/operation/request-rules.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RawConnection, type RawUpstream, startRawUpstream } from '../support/raw-upstream.js';
import { type RequestSketch, signHeaders } from '../support/signed-request.js';

const GOOD = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const PATH = '/bucket/key';
const LONG = 300_000;
const FORGED = { ...LOCAL, secretAccessKey: 'guessed' };

let upstream: RawUpstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let client: RawClient;
let port: number;
let play: (connection: RawConnection) => void;

async function start(
  transport: 'plain' | 'tls' = 'plain',
  options: Parameters<typeof startLocalProxy>[1] = {},
) {
  upstream = await startRawUpstream((connection) => play(connection));
  local = await startLocalProxy(upstream, options, {
    endpointTls: transport === 'tls',
    connectPort: false,
  });
  port = Number(new URL(local.endpointUrl ?? '').port);
  client = await open(transport);
}

async function open(transport: 'plain' | 'tls' = 'plain'): Promise<RawClient> {
  if (transport === 'plain') return RawClient.open(port);
  const socket = tlsConnect({ port, ca: local.trusted, servername: 'localhost' });
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return new RawClient(socket);
}

beforeEach(() => {
  play = (one) => {
    if (one.text().includes('\r\n\r\n')) one.socket.write(GOOD);
  };
});

afterEach(async () => {
  client.socket.destroy();
  await local.stop();
  await upstream.close();
});

const sign = (sketch: RequestSketch = {}) =>
  signHeaders({ method: 'PUT', path: PATH, host: `localhost:${port}`, ...sketch });

const withBody = async (body: Buffer, sketch: RequestSketch = {}) =>
  head(
    'PUT',
    PATH,
    await sign({ headers: { 'content-length': String(body.length) }, body, ...sketch }),
  );

/** Nothing is held any more, on either side. */
async function expectNothingHeld(): Promise<void> {
  await eventually(() => local.proxy.metrics().activeRequests === 0);
  // The HTTP client may open a connection in place of a broken one, before it knows whether it needs it.
  await eventually(() =>
    upstream.connections.every(({ isClosed, text }) => isClosed() || text() === ''),
  );
}

/** The bytes of a request body that have reached AWS. */
function bodyBytes(): number {
  const texts = upstream.connections.map(({ text }) => text());
  return texts.reduce(
    (sum, text) => sum + Math.max(0, text.length - text.indexOf('\r\n\r\n') - 4),
    0,
  );
}

describe.each(['plain', 'tls'] as const)('a client (%s) that leaves', (transport) => {
  it('in its head leaves nothing behind', async () => {
    await start(transport);
    client.write('PUT /bucket/key HTTP/1.1\r\nHost: localh');
    client.socket.destroy();
    await expectNothingHeld();
    expect(upstream.connections).toEqual([]);
  });

  it('in a short body: nothing is signed, and the record says truncated', async () => {
    await start(transport);
    client.write(await withBody(Buffer.alloc(1_000)));
    client.write(Buffer.alloc(500));
    await eventually(() => local.proxy.metrics().activeRequests === 1);
    client.socket.destroy();
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'denied', reason: 'truncated' }]);
    expect(upstream.connections).toEqual([]);
    await expectNothingHeld();
  });

  it('in a streamed body cuts the upload, which never arrives whole', async () => {
    play = () => {};
    await start(transport);
    client.write(await withBody(Buffer.alloc(LONG)));
    client.write(Buffer.alloc(LONG / 2));
    await eventually(() => bodyBytes() > 0);
    client.socket.destroy();
    await eventually(() => local.events.length === 1);
    const [event] = local.events;
    expect(event?.outcome).not.toBe('allowed');
    expect(['truncated', 'upstream']).toContain(event?.reason);
    await expectNothingHeld();
    expect(bodyBytes()).toBeLessThan(LONG);
  });

  it('before its answer cuts the request to AWS', async () => {
    play = () => {};
    await start(transport);
    client.write(await withBody(Buffer.alloc(100)));
    client.write(Buffer.alloc(100));
    await eventually(() => bodyBytes() === 100);
    client.socket.destroy();
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    await expectNothingHeld();
  });

  it('in its answer cuts the answer of AWS', async () => {
    play = (one) => {
      one.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nbegun');
    };
    await start(transport);
    client.write(head('GET', PATH, await sign({ method: 'GET' })));
    await client.until('begun');
    client.socket.destroy();
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    await expectNothingHeld();
  });

  it('while its credentials are fetched: AWS is never asked', async () => {
    let give = (): void => {};
    await start(transport, {
      credentials: () =>
        new Promise((resolve) => {
          give = () => resolve(ROLE);
        }),
    });
    client.write(head('GET', PATH, await sign({ method: 'GET' })));
    await eventually(() => local.proxy.metrics().credentialsCalls === 1);
    client.socket.destroy();
    // The proxy hears of it in the turns that the answer of STS takes.
    await new Promise((resolve) => setTimeout(resolve, 20));
    give();
    await eventually(() => local.events.length === 1);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
    expect(upstream.connections).toEqual([]);
    await expectNothingHeld();
  });
});

describe('a frame that two readers could take for two things', () => {
  it.each<readonly [string, readonly (readonly [string, string])[], string]>([
    [
      'two lengths',
      [
        ['Content-Length', '4'],
        ['Content-Length', '5'],
      ],
      'body',
    ],
    [
      'two equal lengths',
      [
        ['Content-Length', '4'],
        ['Content-Length', '4'],
      ],
      'body',
    ],
    [
      'length and chunks',
      [
        ['Content-Length', '4'],
        ['Transfer-Encoding', 'chunked'],
      ],
      '0\r\n\r\n',
    ],
    [
      'chunks and length',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '4'],
      ],
      '0\r\n\r\n',
    ],
    ['a strange coding', [['Transfer-Encoding', 'gzip, chunked']], '0\r\n\r\n'],
    [
      'a coding twice',
      [
        ['Transfer-Encoding', 'chunked'],
        ['Transfer-Encoding', 'chunked'],
      ],
      '0\r\n\r\n',
    ],
    ['a length with a sign', [['Content-Length', '+4']], 'body'],
  ])('%s: bad-framing, and nothing reaches AWS', async (_what, framing, body) => {
    await start();
    const headers = await sign({ body: 'body' });
    client.write(`${head('PUT', PATH, [...headers, ...framing])}${body}`);
    const text = await client.untilEnd();
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-sigv4-proxy-error: endpoint/i);
    expect(text).toContain('<Code>InvalidRequest</Code>');
    expect(local.events).toMatchObject([{ outcome: 'denied', reason: 'bad-framing' }]);
    expect(upstream.connections).toEqual([]);
  });

  it('a body longer than its length is the next request, and that one is not signed', async () => {
    await start();
    const smuggled = 'GET /bucket/other HTTP/1.1\r\nHost: localhost\r\n\r\n';
    client.write(`${await withBody(Buffer.from('body'))}body${smuggled}`);
    expect(await client.until('x-sigv4-proxy-error: missing-auth')).toMatch(
      /^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 403 /,
    );
    await eventually(() => local.events.length === 2);
    expect(new Set(local.events.map(({ reason }) => reason))).toEqual(
      new Set([undefined, 'missing-auth']),
    );
    expect(upstream.connections).toHaveLength(1);
    expect(upstream.connections[0]?.text()).not.toContain('other');
  });

  it.each(['zz\r\n', '3\r\nabcd\r\n', '-1\r\n', 'ffffffffffffffffff\r\n'])(
    'the chunk %j: the connection ends, and nothing arrives whole',
    async (chunk) => {
      await start();
      const headers = await sign({ payload: 'UNSIGNED-PAYLOAD' });
      client.write(head('PUT', PATH, [...headers, ['Transfer-Encoding', 'chunked']]) + chunk);
      await client.untilEnd();
      await eventually(() => local.events.length === 1);
      expect(local.events[0]?.outcome).toBe('denied');
      expect(upstream.connections).toEqual([]);
      await expectNothingHeld();
    },
  );

  it('a flood of headers: too large, or none of them goes on unseen', async () => {
    await start();
    const headers = await sign({ method: 'GET' });
    const flood = (count: number) =>
      Array.from({ length: count }, (_one, i) => [`x-${i}`, '1'] as const);
    client.write(head('GET', PATH, [...headers, ...flood(20_000)]));
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 (431|400) [\s\S]*too-large/);
    expect(local.events).toMatchObject([{ outcome: 'denied', reason: 'too-large' }]);
    const other = await open();
    // More than Node counts, fewer bytes than the limit: the last ones are those that matter.
    const hidden = ['x-amz-acl', 'public-read'] as const;
    other.write(head('GET', PATH, [...headers, ...flood(3_000), hidden]));
    await other.until('\r\n\r\n');
    other.socket.destroy();
    for (const { text } of upstream.connections) expect(text()).not.toContain('x-amz-acl');
  });
});

describe('what is not verified', () => {
  const bodies: readonly (readonly [string, number, RequestSketch])[] = [
    ['short and hashed', 100, {}],
    ['long and hashed', LONG, {}],
    ['without a hash', 100, { payload: null, service: 'lambda' }],
    ['long and without a hash', LONG, { payload: null, service: 'lambda' }],
    ['in signed chunks', LONG, { payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }],
  ];

  it.each(bodies)('is not sent to AWS, with a body %s', async (_what, length, sketch) => {
    await start();
    const body = Buffer.alloc(length);
    const decoded =
      sketch.payload?.startsWith('STREAMING') === true
        ? { 'x-amz-decoded-content-length': '1000', 'content-encoding': 'aws-chunked' }
        : {};
    const path = sketch.service === 'lambda' ? '/2015-03-31/functions/f/invocations' : PATH;
    const method = sketch.service === 'lambda' ? 'POST' : 'PUT';
    const headers = await sign({
      ...sketch,
      method,
      path,
      credentials: FORGED,
      body,
      headers: { 'content-length': String(length), ...decoded },
    });
    client.write(head(method, path, headers));
    client.write(body);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 403 [\s\S]*signature-mismatch/i);
    expect(local.events).toMatchObject([
      { outcome: 'denied', reason: 'signature-mismatch', user: undefined },
    ]);
    expect(upstream.connections).toEqual([]);
  });

  it('of a streamed body never makes it whole', async () => {
    play = () => {};
    await start();
    const body = Buffer.alloc(LONG);
    client.write(await withBody(body));
    body[LONG - 1] = 1;
    client.write(body);
    const text = await client.until('</Error>');
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*XAmzContentSHA256Mismatch/);
    expect(local.events).toMatchObject([{ outcome: 'denied', reason: 'payload-mismatch' }]);
    await expectNothingHeld();
    expect(bodyBytes()).toBeLessThan(LONG);
  });

  it('is not sent when its operation has no name and there is a list of allowed ones', async () => {
    const rules = createRequestRules({
      operations: { allow: ['monitoring:PutMetricData', 's3:*'] },
    });
    const asked: unknown[] = [];
    await start('plain', {
      authorize: async (request) => {
        asked.push(request.operation);
        return rules(request);
      },
    });
    const path = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
    const cbor = async (length: number, service: string, target = path) => {
      const body = Buffer.alloc(length, 'x');
      const headers = await sign({
        method: 'POST',
        path: target,
        service,
        body,
        headers: {
          'content-length': String(length),
          'content-type': 'application/cbor',
          'smithy-protocol': 'rpc-v2-cbor',
        },
      });
      const one = await open();
      one.write(head('POST', target, headers));
      one.write(body);
      return one.until('\r\n\r\n');
    };
    // A body that streams cannot be looked into; only where nothing else could be in it has the call a name.
    expect(await cbor(LONG, 'monitoring')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await cbor(LONG, 'sqs')).toMatch(/^HTTP\/1\.1 (400|403) /);
    expect(asked).toEqual(['PutMetricData', undefined]);
    expect(upstream.connections).toHaveLength(1);
  });
});

describe('an outage of STS', () => {
  it('is a typed 503 without cached credentials, and nothing with them', async () => {
    let isDown = true;
    let cached: typeof ROLE | undefined;
    await start('plain', {
      async credentials() {
        if (cached !== undefined) return cached;
        if (isDown) throw Object.assign(new Error('connect ETIMEDOUT'), { name: 'TimeoutError' });
        cached = ROLE;
        return cached;
      },
    });
    const get = async () => {
      const one = await open();
      one.write(head('GET', PATH, await sign({ method: 'GET' })));
      const text = await one.until('\r\n\r\n');
      one.socket.destroy();
      return text;
    };
    const refused = await get();
    expect(refused).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-sigv4-proxy-error: credentials/i);
    expect(refused).not.toContain('ETIMEDOUT');
    expect(upstream.connections).toEqual([]);
    expect(local.events).toMatchObject([{ outcome: 'failed', reason: 'credentials' }]);
    isDown = false;
    expect(await get()).toMatch(/^HTTP\/1\.1 200 /);
    isDown = true;
    expect(await get()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['AccessDenied', 403, 'denied'],
    ['session-expired', 400, 'session-expired'],
  ])('is told from a refusal (%s)', async (name, status, reason) => {
    await start('plain', {
      credentials: async () => {
        throw Object.assign(new Error('secret details'), { name });
      },
    });
    client.write(head('GET', PATH, await sign({ method: 'GET' })));
    const text = await client.until('</Error>');
    expect(text.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(text).not.toContain('secret details');
    expect(local.events).toMatchObject([{ reason }]);
    expect(upstream.connections).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { DEFAULT_LIMITS, MAX_HEADER_BYTES } from '../../src/limits.js';
import type { ClientSession, SigV4ProxyOptions } from '../../src/options.js';
import type { SigV4Proxy } from '../../src/proxy.js';
import { eventually } from '../support/eventually.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { headerOf, makeProxy, textOf } from '../support/make-proxy.js';
import { head, RawClient } from '../support/raw-client.js';
import { type RequestSketch, signedRequest, signHeaders } from '../support/signed-request.js';
import { until } from '../support/until.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

/** What section "Limits" of the specification asks for; the header limits are options of the listeners. */
const REQUIRED = [
  'maxConcurrentRequests',
  'maxRequestsPerIdentity',
  'maxTunnels',
  'headerTimeoutMs',
  'idleTimeoutMs',
  'connectTimeoutMs',
  'responseHeaderTimeoutMs',
  'maxBufferedBody',
  'maxSpooledBody',
  'maxConnections',
];

/** Limits that only listeners have. */
const OF_LISTENERS = ['maxTunnels', 'headerTimeoutMs'];

const AWS = 's3.eu-west-1.amazonaws.com';
const LAMBDA = { method: 'POST', host: 'lambda.eu-west-1.amazonaws.com', service: 'lambda' };

type Options = Partial<SigV4ProxyOptions<ClientSession>>;

let upstream: Upstream | undefined;
const stops: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stops.splice(0).reverse()) await stop();
  await upstream?.close();
  upstream = undefined;
});

type TakeOver = (request: IncomingMessage, response: ServerResponse) => boolean;

async function startAws(takeOver: TakeOver = () => false): Promise<Upstream> {
  upstream = await startUpstream((_request, response) => response.end('ok'), { raw: takeOver });
  return upstream;
}

/** An AWS that answers nothing until `held` is told to. */
async function startHeldAws(): Promise<ServerResponse[]> {
  const held: ServerResponse[] = [];
  await startAws((_request, response) => {
    held.push(response);
    return true;
  });
  return held;
}

function start(options: Options) {
  const made = makeProxy({ connect: upstream?.connect, ...options });
  stops.push(() => made.proxy.close({ graceMs: 0 }));
  return made;
}

async function startListeners(options: Options, listen: object) {
  const local = await startLocalProxy(await startAws(), options, listen);
  stops.push(() => local.stop());
  return local;
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function holdClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
}

/** The time passes, to one millisecond before the edge and then over it, by as much as it may be noticed late. */
async function passEdge(ms: number, isDone: () => boolean, late = 0): Promise<void> {
  await until(() => vi.getTimerCount() > 0);
  await vi.advanceTimersByTimeAsync(ms - 1);
  await someTurns();
  expect(isDone()).toBe(false);
  await vi.advanceTimersByTimeAsync(1 + late);
  await until(isDone);
}

async function send(proxy: SigV4Proxy, sketch: RequestSketch): Promise<readonly unknown[]> {
  const body = sketch.body ?? '';
  const headers = { 'content-length': String(body.length), ...sketch.headers };
  const answer = await proxy.handle(await signedRequest({ ...sketch, headers }));
  await textOf(answer);
  return [answer.status, headerOf(answer, 'x-sigv4-proxy-error')];
}

const OVER = [503, 'upstream'];
const TOO_LARGE = [413, 'too-large'];
const FINE = [200, undefined];

/** Every limit, and what shows that `n` passes and `n + 1` does not. */
const EDGES: Readonly<Record<string, () => Promise<void>>> = {
  ...Object.fromEntries(
    (['maxConcurrentRequests', 'maxRequestsPerIdentity'] as const).map((name) => [
      name,
      async () => {
        const held = await startHeldAws();
        const { proxy, events } = start({ [name]: 2 });
        const running = [send(proxy, {}), send(proxy, {})];
        await eventually(() => held.length === 2);
        expect(await send(proxy, {})).toEqual(OVER);
        expect(events).toMatchObject([{ outcome: 'failed', reason: 'upstream' }]);
        held.pop()?.end('ok');
        await eventually(() => events.length === 2);
        const next = send(proxy, {});
        await eventually(() => held.length === 2);
        for (const response of held) response.end('ok');
        expect(await Promise.all([...running, next])).toEqual([FINE, FINE, FINE]);
      },
    ]),
  ),
  async callTimeoutMs() {
    await startAws();
    const silent = () => new Promise<never>(() => {});
    // What refusals need is loaded before the clock stands still.
    const credentials = () => Promise.reject(new Error('none'));
    expect(await send(start({ credentials }).proxy, {})).toEqual([503, 'credentials']);
    const CALLS = [
      ['authenticate', 500, 'internal'],
      ['authorize', 500, 'internal'],
      ['credentials', 503, 'credentials'],
    ] as const;
    for (const [name, ...refused] of CALLS) {
      const { proxy } = start({ callTimeoutMs: 40, [name]: silent });
      holdClock();
      let answer: readonly unknown[] | undefined;
      void send(proxy, {}).then((one) => {
        answer = one;
      });
      await passEdge(40, () => answer !== undefined, 40 / 8);
      vi.useRealTimers();
      expect(answer).toEqual(refused);
      expect(proxy.metrics().activeRequests).toBe(0);
    }
  },
  async maxTunnels() {
    const local = await startListeners({}, { endpointPort: false, maxTunnels: 2 });
    const tunnel = async () => {
      const client = await RawClient.open(Number(new URL(local.proxyUrl ?? '').port));
      stops.push(() => client.socket.destroy());
      client.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
      await client.until('\r\n\r\n');
      return client;
    };
    const two = [await tunnel(), await tunnel()];
    for (const { text } of two) expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(local.proxy.metrics().activeTunnels).toBe(2);
    const over = await (await tunnel()).untilEnd();
    expect(over).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-sigv4-proxy-error: upstream/);
    expect(local.events).toMatchObject([
      { type: 'aws.tunnel', outcome: 'failed', reason: 'upstream' },
    ]);
    two[0]?.socket.destroy();
    await eventually(() => local.proxy.metrics().activeTunnels === 1);
    expect((await tunnel()).text).toMatch(/^HTTP\/1\.1 200 /);
  },
  async headerTimeoutMs() {
    const local = await startListeners({}, { endpointTls: false, headerTimeoutMs: 300 });
    const { port } = new URL(local.endpointUrl ?? '');
    const client = await RawClient.open(Number(port));
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 408 [\s\S]*x-sigv4-proxy-error/);
    // The handshake in a tunnel is a head too.
    holdClock();
    const inside = await RawClient.open(Number(new URL(local.proxyUrl ?? '').port));
    inside.write(`CONNECT ${AWS}:443 HTTP/1.1\r\n\r\n`);
    await inside.until('\r\n\r\n');
    await passEdge(300, () => inside.socket.readableEnded || inside.socket.destroyed);
  },
  async idleTimeoutMs() {
    const local = await startListeners({ idleTimeoutMs: 1_000 }, { endpointTls: false });
    const { port } = new URL(local.endpointUrl ?? '');
    const client = await RawClient.open(Number(port));
    stops.push(() => client.socket.destroy());
    const sketch = {
      method: 'PUT',
      path: '/bucket/key',
      host: `localhost:${port}`,
      headers: { 'content-length': '10' },
      body: '0123456789',
    };
    client.write(head('PUT', '/bucket/key', await signHeaders(sketch)));
    holdClock();
    client.write('01234');
    await passEdge(1_000, () => client.text !== '');
    expect(await client.until('</Error>')).toMatch(/x-sigv4-proxy-error: payload-mismatch/);
    expect(local.events).toMatchObject([{ reason: 'truncated', outcome: 'denied' }]);
  },
  async connectTimeoutMs() {
    const { proxy, events } = start({
      connectTimeoutMs: 1_000,
      connect: () => new Promise(() => {}),
    });
    holdClock();
    let answer: readonly unknown[] | undefined;
    void send(proxy, {}).then((one) => {
      answer = one;
    });
    await passEdge(1_000, () => answer !== undefined);
    expect(answer).toEqual(OVER);
    expect(events).toMatchObject([{ reason: 'upstream', outcome: 'failed' }]);
  },
  async responseHeaderTimeoutMs() {
    const held = await startHeldAws();
    // The HTTP client for other requests looks at its own clock, about every half second.
    const rough = start({ responseHeaderTimeoutMs: 30 });
    expect(await send(rough.proxy, {})).toEqual(OVER);
    expect(rough.events).toMatchObject([{ reason: 'upstream', outcome: 'failed' }]);
    const { proxy, events } = start({ responseHeaderTimeoutMs: 900, continueTimeoutMs: 2_000 });
    const request = await signedRequest(
      { method: 'PUT', headers: { 'content-length': '2', expect: '100-continue' }, body: '{}' },
      { sendContinue: () => {} },
    );
    holdClock();
    let status: number | undefined;
    void proxy.handle(request).then((answer) => {
      status = answer.status;
    });
    await until(() => held.length === 2);
    await passEdge(900, () => status !== undefined);
    expect(status).toBe(503);
    expect(events).toMatchObject([{ reason: 'upstream', outcome: 'failed' }]);
  },
  async continueTimeoutMs() {
    await startHeldAws();
    const { proxy } = start({ continueTimeoutMs: 700 });
    let isAsked = false;
    const request = await signedRequest(
      { method: 'PUT', headers: { 'content-length': '2', expect: '100-continue' }, body: '{}' },
      {
        sendContinue: () => {
          isAsked = true;
        },
      },
    );
    holdClock();
    void proxy.handle(request);
    await passEdge(700, () => isAsked);
  },
  async maxBufferedBody() {
    await startAws();
    const { proxy, events } = start({ maxBufferedBody: 1_000, maxSpooledBody: 0 });
    const body = (length: number) => ({ ...LAMBDA, payload: null, body: 'x'.repeat(length) });
    expect(await send(proxy, body(1_000))).toEqual(FINE);
    expect(await send(proxy, body(1_001))).toEqual(TOO_LARGE);
    expect(events.at(-1)).toMatchObject({ reason: 'too-large', outcome: 'denied' });
    // A body whose hash is stated streams, however little may be held.
    expect(await send(proxy, { ...LAMBDA, body: 'x'.repeat(1_001) })).toEqual(FINE);
  },
  async maxSpooledBody() {
    await startAws();
    const { proxy, events } = start({ maxBufferedBody: 1_000, maxSpooledBody: 2_000 });
    const body = (length: number) => ({ ...LAMBDA, payload: null, body: 'x'.repeat(length) });
    for (const length of [1_001, 2_000]) expect(await send(proxy, body(length))).toEqual(FINE);
    expect(await send(proxy, body(2_001))).toEqual(TOO_LARGE);
    expect(events.at(-1)).toMatchObject({ reason: 'too-large', outcome: 'denied' });
  },
  async maxHeldBodyBytes() {
    await startAws();
    const { proxy, events } = start({ maxHeldBodyBytes: 70_000 });
    const body = (length: number) => ({ ...LAMBDA, payload: null, body: 'x'.repeat(length) });
    expect(await send(proxy, body(70_000))).toEqual(FINE);
    expect(await send(proxy, body(70_001))).toEqual(OVER);
    expect(events.at(-1)).toMatchObject({ reason: 'upstream', outcome: 'failed' });
    expect(await send(proxy, body(70_000))).toEqual(FINE);
  },
  async maxConnections() {
    const held = await startHeldAws();
    let dialled = 0;
    const { proxy } = start({
      maxConnections: 2,
      connect: async () => {
        dialled += 1;
        if (upstream === undefined) throw new Error('no upstream');
        return upstream.connect();
      },
    });
    // One more than the limit waits for a connection; it is not refused.
    const running = [send(proxy, {}), send(proxy, {}), send(proxy, {})];
    await eventually(() => held.length === 2);
    await someTurns();
    expect([dialled, held.length]).toEqual([2, 2]);
    held[0]?.end('ok');
    await eventually(() => held.length === 3);
    for (const response of held) if (!response.writableEnded) response.end('ok');
    expect(await Promise.all(running)).toEqual([FINE, FINE, FINE]);
    expect(dialled).toBe(2);
  },
  async maxPendingAuditEvents() {
    await startAws();
    const { proxy } = start({ maxPendingAuditEvents: 2, onAudit: () => new Promise(() => {}) });
    stops.pop();
    for (const lost of [0, 0, 1]) {
      expect(await send(proxy, {})).toEqual(FINE);
      expect(proxy.metrics().auditEventsLost).toBe(lost);
    }
    const strict = start({
      maxPendingAuditEvents: 2,
      auditTimeoutMs: 1,
      onAuditFailure: 'deny',
      onAudit: () => new Promise(() => {}),
    }).proxy;
    stops.pop();
    for (const lost of [0, 0, 1]) {
      expect(await send(strict, {})).toEqual([500, 'internal']);
      expect(strict.metrics().auditEventsLost).toBe(lost);
    }
  },
  async auditTimeoutMs() {
    await startAws();
    let written = (): void => {};
    const onAudit = () =>
      new Promise<void>((resolve) => {
        written = resolve;
      });
    const { proxy } = start({ auditTimeoutMs: 1_000, onAuditFailure: 'deny', onAudit });
    const first = send(proxy, {});
    await eventually(() => proxy.runtime.audit.pending === 1);
    written();
    expect(await first).toEqual(FINE);
    holdClock();
    let answer: readonly unknown[] | undefined;
    void send(proxy, {}).then((one) => {
      answer = one;
    });
    await until(() => proxy.runtime.audit.pending === 1);
    await passEdge(1_000, () => answer !== undefined);
    expect(answer).toEqual([500, 'internal']);
    written();
  },
};

describe('limits', () => {
  const names = [...Object.keys(DEFAULT_LIMITS), ...OF_LISTENERS];

  it.each(Object.entries(EDGES))('%s at its edge', (_name, check) => check());

  const NAMES = Object.keys(DEFAULT_LIMITS).map((name) => [name]);
  it.each(NAMES)('%s is a whole number in its range', (name) => {
    const most = name.endsWith('Ms') ? [2 ** 31, Number.MAX_SAFE_INTEGER] : [];
    for (const value of [Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, ...most]) {
      const made = () => makeProxy({ [name]: value });
      expect(made).toThrowWithCode(SigV4ProxyError, 'invalid-option');
      expect(made).toThrow(new RegExp(`^${name} must be a whole number (of at least|from)`));
    }
  });

  it('are all here, in the README, and all that is asked for', () => {
    expect(Object.keys(EDGES).sort()).toEqual([...names].sort());
    for (const name of REQUIRED) expect(names).toContain(name);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table = ''] = /### Limits\n([\s\S]*?)\n#/.exec(readme) ?? [];
    const told = [...table.matchAll(/`([a-z][A-Za-z]+)`/g)].map(([, name]) => name);
    for (const name of names) expect(told).toContain(name);
  });

  it.each(Object.keys(DEFAULT_LIMITS))('%s is a whole number', (name) => {
    const least = name === 'maxSpooledBody' ? 0 : 1;
    for (const value of [least - 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => makeProxy({ [name]: value })).toThrow(`${name} must be`);
    }
    expect(() => makeProxy({ [name]: least })).not.toThrow();
  });
});

describe('limits of a head, which are no options', () => {
  /** A head of exactly so many bytes, counted as the wire has it without the request line. */
  const withBytes = async (bytes: number) => {
    const request = await signedRequest({});
    const used = request.headers.reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      0,
    );
    return {
      ...request,
      headers: [...request.headers, ['x-fill', 'x'.repeat(bytes - used - 10)] as const],
    };
  };

  it('take 64 KiB of headers and no more', async () => {
    await startAws();
    const { proxy, events } = start({});
    expect((await proxy.handle(await withBytes(MAX_HEADER_BYTES))).status).toBe(200);
    expect((await proxy.handle(await withBytes(MAX_HEADER_BYTES + 1))).status).toBe(400);
    await eventually(() => events.length === 2);
    expect(events.map(({ reason }) => reason)).toContain('too-large');
  });

  it('take a target of 64 KiB and no more', async () => {
    await startAws();
    const { proxy, events } = start({});
    const path = (length: number) => ({ path: `/${'k'.repeat(length - 1)}` });
    expect((await proxy.handle(await signedRequest(path(MAX_HEADER_BYTES + 1)))).status).toBe(400);
    expect(events[0]?.reason).toBe('too-large');
    // Longer than Node's own limit for the upstream of this test, so it is the proxy that has let it pass.
    await proxy.handle(await signedRequest(path(MAX_HEADER_BYTES)));
    await eventually(() => events.length === 2);
    expect(events[1]?.reason).not.toBe('too-large');
  });

  it('take an Authorization of 8 KiB and no more', async () => {
    await startAws();
    const { proxy, events } = start({});
    const fill = async (length: number) => {
      const request = await signedRequest({});
      const headers = request.headers.map(([name, value]) =>
        name === 'authorization'
          ? ([name, value.replace(', ', `,${' '.repeat(length - value.length + 1)}`)] as const)
          : ([name, value] as const),
      );
      return { ...request, headers };
    };
    const long = async (length: number) => (await proxy.handle(await fill(length))).status;
    expect([await long(8_192), await long(8_193)]).toEqual([200, 400]);
    await eventually(() => events.length === 2);
    expect(events.map(({ reason }) => reason)).toContain('malformed-auth');
  });
});

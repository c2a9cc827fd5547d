import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProxyRequest } from '../../src/request.js';
import { presignRawRequest } from '../../src/sigv4/presign-raw-request.js';
import { LOCAL, ROLE_ARN } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { headerOf, makeProxy, textOf } from '../support/make-proxy.js';
import { once, signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

let upstream: Upstream;

beforeEach(async () => {
  upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-length': '2' });
    response.end('ok');
  });
});

afterEach(() => upstream.close());

const session = { user: 'alice', sessionId: 's-1', roleArn: ROLE_ARN };

describe('a key id that was not issued', () => {
  const stranger = { accessKeyId: 'AKIASOMEBODYELSE0001', secretAccessKey: 'theirs' };
  const host = 'bucket.s3.eu-west-1.amazonaws.com';
  const presigned = (): ProxyRequest => {
    const target = presignRawRequest(
      { method: 'GET', target: '/key', headers: [['Host', host]] },
      {
        credentials: stranger,
        region: 'eu-west-1',
        service: 's3',
        signingDate: new Date(),
        expiresIn: 60,
        signedHeaders: ['host'],
        payloadHash: 'UNSIGNED-PAYLOAD',
      },
    ).replace(/(X-Amz-Signature=)[0-9a-f]{64}/, `$1${'0'.repeat(64)}`);
    const headers = [['Host', host]] as const;
    return {
      method: 'GET',
      target,
      headers,
      mode: 'connect',
      secure: true,
      connectTarget: `${host}:443`,
    };
  };

  it('gets no signature, although the embedder gives its only key whatever is asked', async () => {
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      authenticate: async () => ({ ...LOCAL, session }),
      foreignPresigned: 'pass',
    });
    const answer = await proxy.handle(presigned());
    // It goes out as it came, so the upstream refuses the key it does not know.
    expect(answer.status).toBe(403);
    expect(upstream.refused).toEqual(['key ']);
    expect(upstream.seen).toEqual([]);
    expect(events[0]?.user).toBe(undefined);
    expect(events[0]?.aws?.accessKeyId).toBe(undefined);
    const signed = await signedRequest({ credentials: stranger });
    expect(headerOf(await proxy.handle(signed), 'x-sigv4-proxy-error')).toBe('unknown-key');
    await proxy.close();
  });
});

describe('a body that must be in hand before the signature is proven', () => {
  const lambda = {
    method: 'POST',
    host: 'lambda.eu-west-1.amazonaws.com',
    path: '/2015-03-31/functions',
    service: 'lambda',
    payload: null,
  };
  /** Never ends: gives as many pieces as are asked for. */
  const endless = (piece: number) => {
    const read = { pieces: 0 };
    const body = async function* () {
      for (;;) {
        read.pieces += 1;
        yield Buffer.alloc(piece);
        await new Promise(setImmediate);
      }
    };
    return { read, body: body() };
  };

  it('is not read when the session has no request left', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect, maxRequestsPerIdentity: 1 });
    let release = (): void => {};
    const stuck = async function* () {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield Buffer.from('{}');
    };
    const first = proxy.handle(
      await signedRequest({ ...lambda, headers: { 'content-length': '2' } }, { body: stuck() }),
    );
    let pulled = false;
    const second = async function* () {
      pulled = true;
      yield Buffer.from('{}');
    };
    const refused = await proxy.handle(
      await signedRequest({ ...lambda, headers: { 'content-length': '2' } }, { body: second() }),
    );
    expect(refused.status).toBe(503);
    expect(pulled).toBe(false);
    release();
    await first;
    await proxy.close();
  });

  it('is bounded over all requests of one key, whoever sends them', async () => {
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      maxHeldBodyBytes: 300_000,
      maxBufferedBody: 1_000_000,
    });
    const forged = { ...lambda, credentials: { ...LOCAL, secretAccessKey: 'guessed' } };
    const flood = endless(100_000);
    const answer = await proxy.handle(
      await signedRequest({ ...forged, headers: { 'transfer-encoding': 'chunked' } }, flood),
    );
    expect(answer.status).toBe(503);
    expect(flood.read.pieces).toBe(4);
    expect(events[0]).toMatchObject({ outcome: 'failed', reason: 'upstream' });
    // What was held has been given back.
    const body = 'x'.repeat(200_000);
    const headers = { 'content-length': String(body.length) };
    for (let i = 0; i < 2; i += 1) {
      expect((await proxy.handle(await signedRequest({ ...lambda, headers, body }))).status).toBe(
        200,
      );
    }
    await proxy.close();
  });
});

describe('calls to STS', () => {
  const body = 'Action=AssumeRole&Version=2011-06-15&DurationSeconds=43200';
  const sts = { method: 'POST', host: 'sts.eu-west-1.amazonaws.com', service: 'sts', body };

  it.each([
    ['text/plain', {}],
    [undefined, {}],
    [undefined, { sendContinue: () => {} }],
    ['application/x-amz-json-1.0', { sendContinue: () => {} }],
  ])('are cut to the identity whatever their body is called (%s)', async (type, extra) => {
    const expiresAt = new Date(Date.now() + 1_800_000);
    const { proxy } = makeProxy({
      connect: upstream.connect,
      authenticate: async () => ({ ...LOCAL, session: { ...session, expiresAt } }),
    });
    const headers = {
      'content-length': String(body.length),
      ...(type === undefined ? {} : { 'content-type': type }),
    };
    const answer = await proxy.handle(
      await signedRequest({ ...sts, headers }, { ...extra, body: once(Buffer.from(body)) }),
    );
    await textOf(answer);
    const seconds = new URLSearchParams(upstream.seen[0]?.body.toString()).get('DurationSeconds');
    expect(Number(seconds)).toBeGreaterThan(900);
    expect(Number(seconds)).toBeLessThanOrEqual(1800);
    await proxy.close();
  });

  it.each<{ payload?: null }>([{}, { payload: null }])(
    'are refused when they are too long to be looked at',
    async (payload) => {
      const { proxy } = makeProxy({ connect: upstream.connect });
      const long = `${body}&Policy=${'x'.repeat(1024 * 1024)}`;
      const headers = { 'content-length': String(long.length) };
      const answer = await proxy.handle(
        await signedRequest({ ...sts, ...payload, headers, body: long }),
      );
      expect(answer.status).toBe(413);
      expect(upstream.sockets.size).toBe(0);
      await proxy.close();
    },
  );
});

describe('a service name that every object has', () => {
  it('asks for no audit body', async () => {
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      auditBodies: { dynamodb: {} },
    });
    const body = '{"a":1}';
    await proxy.handle(
      await signedRequest({
        method: 'POST',
        host: 'constructor.eu-west-1.amazonaws.com',
        service: 'constructor',
        headers: { 'content-length': '7', 'content-type': 'application/json' },
        body,
      }),
    );
    await eventually(() => events.length === 1);
    expect(events[0]?.body).toBe(undefined);
    expect(events[0]?.outcome).toBe('allowed');
    await proxy.close();
  });
});

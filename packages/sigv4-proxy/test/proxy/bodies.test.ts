import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { transformChunkedBody } from '../../src/streaming/chunked-body.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { eventually } from '../support/eventually.js';
import { headerOf, makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const KIB = 1024;
const ok = (_request: unknown, response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '2', 'x-amz-request-id': 'S3REQ' });
  response.end('ok');
};

let upstream: Upstream;
/** Takes a request over before the upstream verifies it. */
let takeOver: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

beforeEach(async () => {
  takeOver = undefined;
  upstream = await startUpstream(ok, {
    raw: (request, response) => takeOver?.(request, response) ?? false,
  });
});

afterEach(() => upstream.close());

const put = (body: Uint8Array, extra: Record<string, string> = {}) => ({
  method: 'PUT',
  host: 'bucket.s3.eu-west-1.amazonaws.com',
  path: '/key',
  headers: { 'content-length': String(body.length), ...extra },
});

async function* inPieces(data: Uint8Array, size = 16 * KIB): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) {
    yield data.subarray(at, at + size);
    await setImmediate();
  }
}

describe('a body whose hash is stated', () => {
  it('streams while it is hashed', async () => {
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(700 * KIB);
    const request = await signedRequest({ ...put(data), body: data }, { body: inPieces(data) });
    const answer = await proxy.handle(request);
    expect(answer.status).toBe(200);
    expect(upstream.seen[0]?.body.equals(data)).toBe(true);
    expect(events[0]).toMatchObject({ streamed: true, bytesIn: data.length, payloadMode: 'hash' });
    await proxy.close();
  });

  it('never arrives complete when it is not what was signed', async () => {
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(700 * KIB);
    const wrong = Buffer.from(data);
    wrong[10] = (wrong[10] ?? 0) ^ 1;
    const request = await signedRequest({ ...put(data), body: data }, { body: inPieces(wrong) });
    const answer = await proxy.handle(request);
    expect(answer.status).toBe(400);
    expect(answer.close).toBe(true);
    expect(await textOf(answer)).toContain('XAmzContentSHA256Mismatch');
    expect(upstream.seen).toEqual([]);
    expect(events[0]).toMatchObject({ outcome: 'denied', reason: 'payload-mismatch' });
    await proxy.close();
    await eventually(() => upstream.refused.length > 0);
    expect(upstream.refused).toEqual(['aborted']);
  });

  it('is refused before anything goes out when it is small', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(100);
    const request = await signedRequest(
      { ...put(data), body: data },
      { body: inPieces(randomBytes(100)) },
    );
    expect((await proxy.handle(request)).status).toBe(400);
    expect(upstream.sockets.size).toBe(0);
    await proxy.close();
  });

  it('is refused when it ends before its length', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(100);
    const request = await signedRequest(
      { ...put(data), body: data },
      { body: inPieces(data.subarray(1)) },
    );
    const answer = await proxy.handle(request);
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('payload-mismatch');
    expect(upstream.sockets.size).toBe(0);
    await proxy.close();
  });
});

describe('back-pressure', () => {
  it('reads no more from the client than AWS takes', async () => {
    let taken: IncomingMessage | undefined;
    takeOver = (request) => {
      taken = request.pause();
      return true;
    };
    const { proxy } = makeProxy({ connect: upstream.connect });
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; pulled < 1024 * 1024 * KIB; pulled += 64 * KIB) yield Buffer.alloc(64 * KIB);
    }
    const sketch = {
      ...put(new Uint8Array(), { 'content-length': String(1024 * 1024 * KIB) }),
      payload: 'UNSIGNED-PAYLOAD',
    };
    const abort = new AbortController();
    const answer = proxy.handle(await signedRequest(sketch, { body: endless() }), {
      signal: abort.signal,
    });
    let still = 0;
    for (let before = -1; still < 300; still = before === pulled && pulled > 0 ? still + 1 : 0) {
      before = pulled;
      await setImmediate();
    }
    expect(taken?.complete).toBe(false);
    expect(pulled).toBeLessThan(32 * 1024 * KIB);
    abort.abort(new Error('The client left.'));
    expect((await answer).status).toBeGreaterThanOrEqual(500);
    await proxy.close();
  });
});

const spools = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('sigv4-proxy-'));

/**
 * Whole collections, now. Vitest's workers are not started with the flag, but V8 takes it later too. The first may only end a
 * marking that was under way, which keeps alive whatever has died since it began; the second leaves nothing of that.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
}

describe('memory', () => {
  it('stays the same whatever the body', async () => {
    const size = 192 * 1024 * KIB;
    const piece = randomBytes(64 * KIB);
    let highest = 0;
    let received = 0;
    takeOver = (request, response) => {
      request.on('data', (chunk: Buffer) => {
        const step = 16 * 1024 * KIB;
        const sampled = Math.floor(received / step);
        received += chunk.length;
        if (Math.floor(received / step) === sampled) return;
        // What is held counts, not when the collector of this Node release happens to run.
        collectGarbage();
        highest = Math.max(highest, process.memoryUsage().arrayBuffers);
      });
      request.on('end', () => response.end('ok'));
      return true;
    };
    const { proxy } = makeProxy({ connect: upstream.connect });
    const digest = createHash('sha256');
    for (let sent = 0; sent < size; sent += piece.length) digest.update(piece);
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < size; sent += piece.length) yield Buffer.from(piece);
    }
    const sketch = put(new Uint8Array(), { 'content-length': String(size) });
    const request = await signedRequest(
      { ...sketch, payload: digest.digest('hex') },
      { body: long() },
    );
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    expect((await proxy.handle(request)).status).toBe(200);
    expect(received).toBe(size);
    expect(highest - before).toBeLessThan(4 * 1024 * KIB);
    await proxy.close();
  });
});

describe('a body without a stated hash', () => {
  const json = {
    method: 'POST',
    host: 'dynamodb.eu-west-1.amazonaws.com',
    service: 'dynamodb',
    payload: null,
  };

  it('is collected, hashed, and stated to AWS', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const body = '{"TableName":"t"}';
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-length': String(body.length),
    };
    const answer = await proxy.handle(await signedRequest({ ...json, headers, body }));
    expect(answer.status).toBe(200);
    expect(upstream.seen[0]?.headers['x-amz-content-sha256']).toBe(
      createHash('sha256').update(body).digest('hex'),
    );
    await proxy.close();
  });

  it('gets a length when it came in chunks', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const body = '{"TableName":"t"}';
    const request = await signedRequest({
      ...json,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body,
    });
    const headers = [...request.headers, ['Transfer-Encoding', 'chunked'] as const];
    expect((await proxy.handle({ ...request, headers })).status).toBe(200);
    expect(upstream.seen[0]?.headers['content-length']).toBe(String(body.length));
    expect(upstream.seen[0]?.headers['transfer-encoding']).toBe(undefined);
    await proxy.close();
  });

  it('is too large beyond the limit, whether it says so or not', async () => {
    const { proxy } = makeProxy({
      connect: upstream.connect,
      maxBufferedBody: 1000,
      maxSpooledBody: 0,
    });
    const body = 'x'.repeat(1001);
    const stated = await signedRequest({ ...json, headers: { 'content-length': '1001' }, body });
    const answer = await proxy.handle(stated);
    expect(answer.status).toBe(413);
    expect(answer.close).toBe(true);
    const chunked = await signedRequest({ ...json, body });
    const headers = [...chunked.headers, ['transfer-encoding', 'chunked'] as const];
    expect((await proxy.handle({ ...chunked, headers })).status).toBe(413);
    const fits = await signedRequest({
      ...json,
      headers: { 'content-length': '1000' },
      body: 'x'.repeat(1000),
    });
    expect((await proxy.handle(fits)).status).toBe(200);
    await proxy.close();
  });

  it('goes to a private file when it is too long for memory, and leaves nothing behind', async () => {
    const before = new Set(spools());
    const { proxy } = makeProxy({ connect: upstream.connect, maxBufferedBody: 1000 });
    const body = randomBytes(300 * KIB);
    const headers = { 'content-length': String(body.length) };
    const request = await signedRequest({ ...json, headers, body }, { body: inPieces(body) });
    const answer = proxy.handle(request);
    await eventually(() => spools().some((name) => !before.has(name)));
    expect((await answer).status).toBe(200);
    expect(upstream.seen[0]?.body.equals(body)).toBe(true);
    const cut = await signedRequest(
      { ...json, headers, body },
      { body: inPieces(body.subarray(1)) },
    );
    expect(headerOf(await proxy.handle(cut), 'x-sigv4-proxy-error')).toBe('payload-mismatch');
    await eventually(() => spools().every((name) => before.has(name)));
    await proxy.close();
  });

  it('is refused when a byte changed', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const request = await signedRequest({
      ...json,
      headers: { 'content-length': '4' },
      body: 'good',
    });
    const answer = await proxy.handle({ ...request, body: inPieces(Buffer.from('evil')) });
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('signature-mismatch');
    expect(upstream.sockets.size).toBe(0);
    await proxy.close();
  });
});

describe('chunk-signed uploads', () => {
  const MODE = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';

  /** Frames data in signed chunks under the request's own signature. */
  async function chunkSigned(data: Uint8Array, secretAccessKey = LOCAL.secretAccessKey) {
    const size = 64 * KIB;
    const sketch = {
      method: 'PUT',
      host: 'bucket.s3.eu-west-1.amazonaws.com',
      path: '/key',
      payload: MODE,
      headers: {
        'content-encoding': 'aws-chunked',
        'x-amz-decoded-content-length': String(data.length),
        'content-length': '0',
      },
    };
    const pieces = [...Array(Math.ceil(data.length / size)).keys()].map((i) =>
      data.subarray(i * size, (i + 1) * size),
    );
    const framed = [...pieces, new Uint8Array()].reduce(
      (sum, one) => sum + one.length.toString(16).length + 17 + 64 + 2 + one.length + 2,
      0,
    );
    sketch.headers['content-length'] = String(framed);
    const request = await signedRequest(sketch);
    const authorization = request.headers.find(([name]) => name === 'authorization')?.[1] ?? '';
    const timestamp = request.headers.find(([name]) => name === 'x-amz-date')?.[1] ?? '';
    const { createChunkSigner } = await import('../../src/streaming/chunk-signer.js');
    const signer = createChunkSigner({
      seedSignature: authorization.slice(-64),
      secretAccessKey,
      timestamp,
      scope: `${timestamp.slice(0, 8)}/eu-west-1/s3/aws4_request`,
    });
    const frames = [...pieces, new Uint8Array()].map((one) =>
      Buffer.concat([
        Buffer.from(`${one.length.toString(16)};chunk-signature=${signer.signChunk(one)}\r\n`),
        one,
        Buffer.from('\r\n'),
      ]),
    );
    return { request, frames: Buffer.concat(frames) };
  }

  it('are signed again chunk by chunk, in the same length', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(200 * KIB);
    const { request, frames } = await chunkSigned(data);
    const answer = await proxy.handle({ ...request, body: inPieces(frames) });
    expect(await textOf(answer)).toBe('ok');
    const seen = upstream.seen[0];
    expect(seen?.body.length).toBe(frames.length);
    expect(seen?.headers['content-length']).toBe(String(frames.length));
    const date = String(seen?.headers['x-amz-date']);
    const decoded: Uint8Array[] = [];
    const verified = transformChunkedBody(inPieces(seen?.body ?? Buffer.alloc(0)), {
      payload: {
        mode: 'chunked',
        streaming: MODE,
        decodedContentLength: data.length,
        declaredTrailers: [],
      },
      verify: {
        seedSignature: String(seen?.headers.authorization).slice(-64),
        secretAccessKey: ROLE.secretAccessKey,
        timestamp: date,
        scope: `${date.slice(0, 8)}/eu-west-1/s3/aws4_request`,
      },
      output: 'decoded',
    });
    for await (const piece of verified) decoded.push(piece);
    expect(Buffer.concat(decoded).equals(data)).toBe(true);
    await proxy.close();
  });

  it('can be sent on decoded', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect, chunkedMode: 'decode' });
    const data = randomBytes(200 * KIB);
    const { request, frames } = await chunkSigned(data);
    expect((await proxy.handle({ ...request, body: inPieces(frames) })).status).toBe(200);
    const seen = upstream.seen[0];
    expect(seen?.body.equals(data)).toBe(true);
    expect(seen?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
    expect(seen?.headers['content-encoding']).toBe(undefined);
    await proxy.close();
  });

  it('never arrive complete when a chunk signature is wrong', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const { request, frames } = await chunkSigned(randomBytes(200 * KIB), 'wrong');
    const answer = await proxy.handle({ ...request, body: inPieces(frames) });
    expect(headerOf(answer, 'x-sigv4-proxy-error')).toBe('payload-mismatch');
    expect(upstream.seen).toEqual([]);
    await proxy.close();
  });
});

describe('answers', () => {
  it('of any size come back, with their trailers', async () => {
    const data = randomBytes(3 * 1024 * KIB);
    takeOver = (_request, response) => {
      response.writeHead(200, { trailer: 'x-amz-checksum', 'transfer-encoding': 'chunked' });
      response.write(data);
      response.addTrailers({ 'x-amz-checksum': 'abc' });
      response.end();
      return true;
    };
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const answer = await proxy.handle(await signedRequest({}));
    expect(answer.body).not.toBeInstanceOf(Uint8Array);
    const parts: Buffer[] = [];
    for await (const part of answer.body as AsyncIterable<Buffer>) parts.push(part);
    expect(Buffer.concat(parts).equals(data)).toBe(true);
    expect(answer.trailers()).toEqual(['x-amz-checksum', 'abc']);
    await proxy.close();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ bytesOut: data.length, outcome: 'allowed' });
  });

  it('that come before the body was read are relayed', async () => {
    takeOver = (_request, response) => {
      response.writeHead(403, { 'content-length': '4', connection: 'close' });
      response.end('nope');
      return true;
    };
    const { proxy } = makeProxy({ connect: upstream.connect });
    const data = randomBytes(8 * 1024 * KIB);
    const request = await signedRequest({ ...put(data), body: data }, { body: inPieces(data) });
    const answer = await proxy.handle(request);
    expect(answer.status).toBe(403);
    expect(await textOf(answer)).toBe('nope');
    await proxy.close();
  });

  it('that break off are a typed 503 before the head and a cut after it', async () => {
    takeOver = (request) => {
      request.socket.destroy();
      return true;
    };
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const before = await proxy.handle(await signedRequest({}));
    expect(before.status).toBe(503);
    expect(headerOf(before, 'retry-after')).toBe('1');
    expect(events[0]).toMatchObject({ type: 'aws.request.failed', reason: 'upstream' });
    takeOver = (request, response) => {
      response.writeHead(200, { 'content-length': '1000000' });
      response.write(Buffer.alloc(100_000), () => request.socket.destroy());
      return true;
    };
    const after = await proxy.handle(await signedRequest({}));
    await expect(textOf(after)).rejects.toThrow();
    await proxy.close();
  });

  it('end the upstream request when the client leaves', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      takeOver = (request) => {
        resolve(request);
        return true;
      };
    });
    const { proxy } = makeProxy({ connect: upstream.connect });
    const abort = new AbortController();
    const answer = proxy.handle(await signedRequest({}), { signal: abort.signal });
    const request = await arrived;
    const closed = new Promise((resolve) => request.once('close', resolve));
    abort.abort(new Error('The client left.'));
    await closed;
    expect((await answer).status).toBe(503);
    await proxy.close();
  });

  it('end the upstream request when the client stops reading the answer', async () => {
    const arrived = new Promise<IncomingMessage>((resolve) => {
      takeOver = (request, response) => {
        response.writeHead(200, { 'content-length': String(64 * 1024 * KIB) });
        response.write(Buffer.alloc(1024 * KIB));
        resolve(request);
        return true;
      };
    });
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const answer = await proxy.handle(await signedRequest({}));
    const request = await arrived;
    const closed = new Promise((resolve) => request.once('close', resolve));
    if (answer.body instanceof Uint8Array || answer.body === undefined) throw new Error('whole');
    answer.body.destroy();
    await closed;
    await proxy.close();
    expect(events).toHaveLength(1);
  });
});

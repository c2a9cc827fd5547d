import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROLE } from '../support/credentials.js';
import { makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const FRESH = { ...ROLE, accessKeyId: 'ASIAFRESHSESSION0001' };
const EXPIRED = '<Error><Code>ExpiredToken</Code><Message>x</Message></Error>';
const HOST = 'bucket.s3.eu-west-1.amazonaws.com';

let upstream: Upstream;
let keys: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  keys = [];
  upstream = await startUpstream(() => {}, {
    raw: (request, response) => {
      keys.push(/Credential=(\w+)/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (request.headers.expect === undefined) request.resume();
      answer(request, response);
      return true;
    },
  });
});

afterEach(() => upstream.close());

const start = () =>
  makeProxy({
    connect: upstream.connect,
    credentials: async (_role, _session, o) => (o?.expired === undefined ? ROLE : FRESH),
  });

describe('an error whose length AWS does not state', () => {
  it('is recognised as expired credentials, which are replaced once', async () => {
    answer = (request, response) => {
      const fresh = request.headers.authorization?.includes(FRESH.accessKeyId) === true;
      response.writeHead(fresh ? 200 : 400, { 'transfer-encoding': 'chunked' });
      response.write((fresh ? 'ok' : EXPIRED).slice(0, 20));
      response.end((fresh ? 'ok' : EXPIRED).slice(20));
    };
    const { proxy, events } = start();
    const got = await proxy.handle(await signedRequest({ host: HOST, path: '/key' }));
    expect(await textOf(got)).toBe('ok');
    expect(keys).toEqual([ROLE.accessKeyId, FRESH.accessKeyId]);
    expect(proxy.metrics().expiredRetries).toBe(1);
    await proxy.close();
    expect(events[0]?.aws?.accessKeyId).toBe(FRESH.accessKeyId);
  });

  it('is recognised when it is long, and its connection is given up', async () => {
    answer = (request, response) => {
      const fresh = request.headers.authorization?.includes(FRESH.accessKeyId) === true;
      response.writeHead(fresh ? 200 : 400);
      response.write(fresh ? 'ok' : EXPIRED + ' '.repeat(200_000));
      // The long one never ends by itself.
      if (fresh) response.end();
    };
    const { proxy } = start();
    const got = await proxy.handle(await signedRequest({ host: HOST, path: '/key' }));
    expect(await textOf(got)).toBe('ok');
    expect(keys).toEqual([ROLE.accessKeyId, FRESH.accessKeyId]);
    await proxy.close();
  });

  it('is relayed whole, and named in the audit event', async () => {
    const text = `<Error><Code>NoSuchKey</Code>${'x'.repeat(100_000)}</Error>`;
    answer = (_request, response) => {
      response.writeHead(404);
      response.write(text.slice(0, 9_000));
      response.end(text.slice(9_000));
    };
    const { proxy, events } = start();
    const got = await proxy.handle(await signedRequest({ host: HOST, path: '/key' }));
    expect(got.status).toBe(404);
    expect(await textOf(got)).toBe(text);
    await proxy.close();
    expect(events[0]).toMatchObject({ awsErrorCode: 'NoSuchKey', bytesOut: text.length });
  });

  it('is named too when it answers Expect: 100-continue', async () => {
    answer = (_request, response) => {
      response.writeHead(400);
      response.end(EXPIRED);
    };
    const { proxy, events } = start();
    const body = Buffer.alloc(100_000);
    const headers = { 'content-length': String(body.length) };
    const asked = { method: 'PUT', host: HOST, path: '/key', headers, body };
    const got = await proxy.handle(await signedRequest(asked, { sendContinue: () => {} }));
    expect(await textOf(got)).toBe(EXPIRED);
    await proxy.close();
    expect(events[0]).toMatchObject({ awsErrorCode: 'ExpiredToken', bytesIn: 0 });
  });

  it('is not sent again when its body has streamed on, but the next call meets fresh credentials', async () => {
    answer = (_request, response) => {
      response.writeHead(400);
      response.end(EXPIRED);
    };
    const { proxy } = start();
    const body = Buffer.alloc(100_000);
    const headers = { 'content-length': String(body.length) };
    const asked = { method: 'PUT', host: HOST, path: '/key', headers, body };
    const got = await proxy.handle(await signedRequest(asked));
    expect(got.status).toBe(400);
    expect(await textOf(got)).toBe(EXPIRED);
    expect(keys).toEqual([ROLE.accessKeyId]);
    // Named as expired to the embedder at once, whose cache lets go of them.
    expect(proxy.metrics()).toMatchObject({ expiredRetries: 0, credentialsCalls: 2 });
    await proxy.close();
  });

  it('that breaks off at once is a typed 503', async () => {
    answer = (request, response) => {
      response.writeHead(500, { 'transfer-encoding': 'chunked' });
      response.write('<Err', () => request.socket.destroy());
    };
    const { proxy, events } = start();
    expect((await proxy.handle(await signedRequest({ host: HOST, path: '/key' }))).status).toBe(
      503,
    );
    expect(events[0]).toMatchObject({ outcome: 'failed', reason: 'upstream' });
    await proxy.close();
  });
});

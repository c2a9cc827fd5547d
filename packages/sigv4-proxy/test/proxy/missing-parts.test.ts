import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createMemorySessionStore } from '../../src/session-store/create-memory-session-store.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { headerOf, type makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { type SeenRequest, startUpstream, type Upstream } from '../support/upstream.js';

const STS_ANSWER =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAREAL</AccessKeyId><SecretAccessKey>real-secret</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>';

let upstream: Upstream;
let seen: SeenRequest[];
let rejections: unknown[];
const onRejection = (reason: unknown): void => {
  rejections.push(reason);
};

beforeEach(async () => {
  seen = [];
  rejections = [];
  process.on('unhandledRejection', onRejection);
  upstream = await startUpstream(
    (request, response) => {
      seen.push(request);
      const body = request.service === 'sts' ? STS_ANSWER : 'hello';
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': body.length });
      response.end(body);
    },
    { credentials: [ROLE] },
  );
});

afterEach(async () => {
  vi.doUnmock(gone);
  vi.resetModules();
  await upstream.close();
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

let gone = '';

/** A proxy of an installation in which one file that is loaded on demand is missing. */
async function proxyWithout(file: string, options: Parameters<typeof makeProxy>[0] = {}) {
  gone = `../../src/${file}`;
  vi.resetModules();
  vi.doMock(gone, () => {
    throw new Error('The file is not there.');
  });
  const support = await import('../support/make-proxy.js');
  return support.makeProxy({ connect: upstream.connect, ...options });
}

const get = () => signedRequest({ path: '/bucket/key' });
const assumeRole = () =>
  signedRequest({
    method: 'POST',
    host: 'sts.eu-west-1.amazonaws.com',
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=AssumeRole&Version=2011-06-15',
  });
const anonymous = async () => {
  const request = await get();
  return { ...request, headers: [['Host', 's3.eu-west-1.amazonaws.com'] as const] };
};
const chunked = async () => {
  const body = '5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n';
  return signedRequest({
    method: 'PUT',
    path: '/bucket/key',
    payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': '5',
      'content-length': String(body.length),
    },
    body,
  });
};
const unknownLength = () =>
  signedRequest({
    method: 'PUT',
    host: 'lambda.eu-west-1.amazonaws.com',
    service: 'lambda',
    path: '/2015-03-31/functions/f/code',
    payload: null,
    headers: { 'content-length': '300000' },
    body: 'x'.repeat(300_000),
  });
const until = new Date(Date.now() + 3_600_000);
const session = { user: 'alice', sessionId: 's-1', roleArn: 'arn:aws:iam::111122223333:role/r' };

describe('a part that cannot be loaded', () => {
  it.each([
    ['the client', 'forward/forward-request.js', get, {}],
    ['the catalog', 'handle/catalog.js', get, {}],
    ['the routes', 'operation/data/rest-operations.js', get, {}],
    ['what reads chunks', 'streaming/chunked-body.js', chunked, {}],
    ['what puts bodies aside', 'handle/spool-body.js', unknownLength, {}],
    [
      'anonymous requests',
      'handle/anonymous-request.js',
      anonymous,
      { anonymous: 'pass' as const },
    ],
    [
      'the cut of a session',
      'handle/cap-duration.js',
      assumeRole,
      { authenticate: async () => ({ ...LOCAL, session: { ...session, expiresAt: until } }) },
    ],
    [
      'sessions of other processes',
      'vended/shared-vended-sessions.js',
      get,
      { sessionStore: createMemorySessionStore() },
    ],
    [
      'what credentials failed of',
      'handle/obtain-credentials.js',
      get,
      { credentials: () => Promise.reject(new Error('no')) },
    ],
  ])(
    'ends the request before it is sent, typed and on the record: %s',
    async (_what, file, request, options) => {
      const { proxy, events } = await proxyWithout(file, options);
      const answer = await proxy.handle(await request());
      expect(answer.status).toBe(500);
      expect(await textOf(answer)).toContain('A part of the proxy cannot be loaded');
      expect(seen).toEqual([]);
      expect(events).toMatchObject([{ type: 'aws.request.failed', reason: 'internal' }]);
      expect(proxy.metrics()).toMatchObject({ activeRequests: 0, errorsByCode: { internal: 1 } });
      await proxy.close();
    },
  );

  it('keeps handed-out credentials from the client', async () => {
    for (const file of ['handle/vend.js', 'vended/vended-sessions.js']) {
      const { proxy, events } = await proxyWithout(file);
      const answer = await proxy.handle(await assumeRole());
      expect(answer.status).toBe(500);
      expect(await textOf(answer)).not.toContain('real-secret');
      expect(events.at(-1)).toMatchObject({ type: 'aws.request.failed', reason: 'internal' });
      await proxy.close();
      vi.doUnmock(gone);
    }
  });

  it('leaves an error without a body where it is the formats of errors', async () => {
    const { proxy, events } = await proxyWithout('handle/error-answer.js');
    const request = await get();
    const answer = await proxy.handle({ ...request, target: '/bucket/other' });
    expect(answer).toMatchObject({ status: 500, body: undefined, close: true });
    expect(headerOf(answer, 'x-amzn-requestid')).toBe(events[0]?.id);
    expect(events).toMatchObject([{ outcome: 'denied', reason: 'signature-mismatch' }]);
    expect(seen).toEqual([]);
    await proxy.close();
  });

  it('rejects an exchange, on the record', async () => {
    const { proxy, events } = await proxyWithout('handle/exchange-presigned.js');
    const url = 'https://s3.eu-west-1.amazonaws.com/bucket/key?X-Amz-Signature=00';
    await expect(proxy.exchangePresignedUrl(url)).rejects.toThrowWithCode(
      SigV4ProxyError,
      'internal',
    );
    expect(events).toMatchObject([{ type: 'aws.request.failed', reason: 'internal' }]);
    await proxy.close();
  });

  it.each(['forward/forward-request.js', 'handle/catalog.js'])(
    'is asked for again by the next request: %s',
    async (file) => {
      const { proxy } = await proxyWithout(file);
      expect((await proxy.handle(await get())).status).toBe(500);
      vi.doUnmock(gone);
      expect((await proxy.handle(await get())).status).toBe(200);
      await proxy.close();
    },
  );

  it('makes no request wait that comes after the proxy is closed', async () => {
    const { proxy } = await proxyWithout('nothing.js');
    await proxy.close();
    expect((await proxy.handle(await get())).status).toBe(503);
    expect(seen).toEqual([]);
  });
});

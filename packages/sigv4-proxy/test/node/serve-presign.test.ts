import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/verify/index.js';
import { LOCAL, ROLE } from '../support/credentials.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const HOST = 'bucket.s3.eu-west-1.amazonaws.com';
let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;

afterEach(async () => {
  await local.stop();
  await upstream.close();
});

async function start(options: Parameters<typeof startLocalProxy>[1] = {}, listen: object = {}) {
  upstream = await startUpstream((_request, response) => response.end());
  local = await startLocalProxy(upstream, options, { endpointPort: false, ...listen });
}

async function presign(credentials = LOCAL, host = HOST): Promise<string> {
  const signer = new SignatureV4({
    credentials,
    region: 'eu-west-1',
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
  });
  const request = new HttpRequest({
    method: 'GET',
    hostname: host,
    path: '/a%20b',
    headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  const { query } = await signer.presign(request, {
    expiresIn: 7200,
    unhoistableHeaders: new Set(['x-amz-content-sha256']),
    unsignableHeaders: new Set(['x-amz-content-sha256']),
  });
  return `https://${host}/a%20b?${textOfQuery(query)}`;
}

const textOfQuery = (query: HttpRequest['query'] = {}): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&');

async function exchange(question: object, headers: Record<string, string> = {}) {
  const { origin } = new URL(local.proxyUrl ?? '');
  const answer = await fetch(`${origin}/presign`, {
    method: 'POST',
    body: JSON.stringify(question),
    headers,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

describe('POST /presign', () => {
  it('gives a URL that works without the proxy, for no longer than allowed', async () => {
    await start({ presignExchange: { maxExpiresSeconds: 900 } });
    const { status, body } = await exchange({ url: await presign() });
    expect(status).toBe(200);
    const url = new URL(body.url ?? '');
    expect(url.host).toBe(HOST);
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    const verified = verifySignature(
      { method: 'GET', target: url.pathname + url.search, headers: [['host', HOST]] },
      { credentials: ROLE, now: new Date(), secure: true },
    );
    expect(verified.accessKeyId).toBe(ROLE.accessKeyId);
    expect(local.events).toMatchObject([{ type: 'aws.credentials.issued', user: 'alice' }]);
    expect(JSON.stringify(local.events)).not.toContain(url.searchParams.get('X-Amz-Signature'));
  });

  it.each([
    ['without a policy', {}, undefined],
    ['for another method', { presignExchange: { methods: ['PUT'] } }, undefined],
    ['for another host', { presignExchange: { hosts: ['other.*'] } }, undefined],
    [
      'for an unknown key',
      { presignExchange: {} },
      { ...LOCAL, accessKeyId: 'AKIASOMEBODYELSE0001' },
    ],
    [
      'when authorize denies it',
      { presignExchange: {}, authorize: async () => ({ decision: 'deny' as const }) },
      undefined,
    ],
  ])('refuses %s', async (_name, options, credentials) => {
    await start(options);
    const { status, body } = await exchange({ url: await presign(credentials) });
    expect(status).toBe(403);
    expect(body.url).toBe(undefined);
    expect(local.events).toMatchObject([{ type: 'aws.request.denied' }]);
  });

  it.each([{ url: 'nonsense' }, { url: 'https://user@evil/x' }, {}, [], { url: 7 }])(
    'refuses %j',
    async (question) => {
      await start({ presignExchange: {} });
      expect((await exchange(question)).status).toBe(403);
    },
  );

  it('takes the headers that were signed with the URL, as eks get-token does', async () => {
    await start({ presignExchange: {} });
    const host = 'sts.eu-west-1.amazonaws.com';
    const signer = new SignatureV4({
      credentials: LOCAL,
      region: 'eu-west-1',
      service: 'sts',
      sha256: Sha256,
      applyChecksum: false,
    });
    const { query } = await signer.presign(
      new HttpRequest({
        method: 'GET',
        hostname: host,
        path: '/',
        query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
        headers: { host, 'x-k8s-aws-id': 'cluster' },
      }),
      { expiresIn: 60, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
    );
    const url = `https://${host}/?${textOfQuery(query)}`;
    expect((await exchange({ url })).status).toBe(403);
    const { status, body } = await exchange({ url, headers: { 'x-k8s-aws-id': 'cluster' } });
    expect(status).toBe(200);
    const made = new URL(body.url ?? '');
    const headers = [['host', host] as const, ['x-k8s-aws-id', 'cluster'] as const];
    const raw = { method: 'GET', target: made.pathname + made.search, headers };
    const verified = verifySignature(raw, { credentials: ROLE, now: new Date(), secure: true });
    expect(verified.signedHeaders).toEqual(['host', 'x-k8s-aws-id']);
  });

  it('takes a URL that was presigned for the endpoint-URL listener', async () => {
    await start({ presignExchange: {} }, { endpointPort: 0 });
    const { host } = new URL(local.endpointUrl ?? '');
    const { status, body } = await exchange({ url: await presign(LOCAL, host) });
    expect(status).toBe(200);
    expect(new URL(body.url ?? '').host).toBe('s3.eu-west-1.amazonaws.com');
  });

  it('wants the secret where there is one', async () => {
    await start({ presignExchange: {} }, { secret: 's3cret' });
    const url = await presign();
    expect((await exchange({ url })).status).toBe(401);
    const authorization = `Basic ${Buffer.from('x:s3cret').toString('base64')}`;
    expect((await exchange({ url }, { authorization })).status).toBe(200);
  });
});

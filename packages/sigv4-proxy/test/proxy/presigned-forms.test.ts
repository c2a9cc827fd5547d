import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsRequest } from '../../src/options.js';
import type { ProxyRequest } from '../../src/request.js';
import {
  type PresignRawRequestOptions,
  presignRawRequest,
} from '../../src/sigv4/presign-raw-request.js';
import { verifySignature } from '../../src/sigv4/verify-signature.js';
import { LOCAL, ROLE, ROLE_ARN } from '../support/credentials.js';
import { makeProxy, textOf } from '../support/make-proxy.js';
import { signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const REAL = {
  accessKeyId: 'ASIAHANDEDOUT0000001',
  secretAccessKey: 'handed/out+secret0123456789abcdefghijklmno',
  sessionToken: 'HANDEDOUTTOKEN',
};
const keysXml = `<Credentials><AccessKeyId>${REAL.accessKeyId}</AccessKeyId><SecretAccessKey>${REAL.secretAccessKey}</SecretAccessKey><SessionToken>${REAL.sessionToken}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
const ANSWERS = {
  session: `<CreateSessionResult>${keysXml}</CreateSessionResult>`,
  assume: `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/other/x</Arn></AssumedRoleUser>${keysXml}</AssumeRoleResult></AssumeRoleResponse>`,
};
const EXPRESS = 'bucket--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com';

let upstream: Upstream;
let seen: IncomingMessage[];

beforeEach(async () => {
  seen = [];
  upstream = await startUpstream(() => {}, {
    raw: (request, response) => {
      seen.push(request);
      request.resume();
      const { url = '', headers } = request;
      const isSts = headers.host?.startsWith('sts.') === true;
      response.end(url === '/?session' ? ANSWERS.session : isSts ? ANSWERS.assume : 'ok');
      return true;
    },
  });
});

afterEach(() => upstream.close());

type Sketch = Partial<PresignRawRequestOptions> & { method?: string; host: string; target: string };

function presigned({ method = 'GET', host, target, ...options }: Sketch): ProxyRequest {
  return {
    method,
    target: presignRawRequest(
      { method, target, headers: [['Host', host]] },
      {
        credentials: LOCAL,
        service: 's3',
        region: 'us-west-2',
        signingDate: new Date(),
        expiresIn: 600,
        signedHeaders: ['host'],
        ...options,
      },
    ),
    headers: [['Host', host]],
    mode: 'connect',
    secure: true,
    connectTarget: `${host}:443`,
  };
}
const urlOf = (sketch: Sketch) => `https://${sketch.host}${presigned(sketch).target}`;

/** Has AWS hand out credentials through the proxy, and returns what the client got. */
async function handedOut(proxy: ReturnType<typeof makeProxy>['proxy'], request: ProxyRequest) {
  const text = await textOf(await proxy.handle(request));
  const field = (name: string) => new RegExp(`<${name}>([^<]+)</`).exec(text)?.[1] ?? '';
  const credentials = {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
  };
  expect(credentials.accessKeyId).toMatch(/^SV00/);
  return credentials;
}
const assumeRole = () =>
  signedRequest({
    method: 'GET',
    host: 'sts.us-west-2.amazonaws.com',
    query: { Action: 'AssumeRole', Version: '2011-06-15' },
    service: 'sts',
    region: 'us-west-2',
  });

describe('a URL presigned with SigV4A', () => {
  const alias = {
    host: 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com',
    target: '/key',
    algorithm: 'AWS4-ECDSA-P256-SHA256',
    regionSet: ['*'],
  } as const;

  it('is presigned again for the same regions', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    expect(await textOf(await proxy.handle(presigned(alias)))).toBe('ok');
    const verified = verifySignature(
      { method: 'GET', target: seen[0]?.url ?? '', headers: [['Host', alias.host]] },
      { credentials: ROLE, now: new Date(), secure: true },
    );
    expect(verified).toMatchObject({ algorithm: alias.algorithm, regionSet: ['*'] });
    await proxy.close();
  });

  it('is exchanged', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect, presignExchange: {} });
    const { url } = await proxy.exchangePresignedUrl(urlOf(alias));
    expect(new URL(url).searchParams.get('X-Amz-Region-Set')).toBe('*');
    await proxy.close();
  });

  it('stays in the regions it names', async () => {
    const { proxy } = makeProxy({ connect: upstream.connect });
    const answer = await proxy.handle(presigned({ ...alias, regionSet: ['nowhere-1'] }));
    expect(answer.status).toBe(400);
    expect(seen).toEqual([]);
    await proxy.close();
  });
});

describe('a URL presigned with a session of S3 Express', () => {
  const zonal = zonalSession();
  const session = () =>
    signedRequest(
      { ...zonal, query: { session: '' }, region: 'us-west-2' },
      { target: '/?session' },
    );
  const sign = (credentials: typeof REAL, token = credentials.sessionToken) =>
    presigned({
      ...zonal,
      credentials: { ...credentials, sessionToken: token },
      target: '/key?X-Amz-S3session-Token=old',
    });

  it('works with virtual credentials', async () => {
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const credentials = await handedOut(proxy, await session());
    expect(await textOf(await proxy.handle(sign(credentials)))).toBe('ok');
    const query = new URLSearchParams(seen[1]?.url?.split('?')[1]);
    expect(query.getAll('X-Amz-S3session-Token')).toEqual([REAL.sessionToken]);
    expect(query.has('X-Amz-Security-Token')).toBe(false);
    expect(query.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
    const raw = {
      method: 'GET',
      headers: [['Host', EXPRESS]] as const,
      target: seen[1]?.url ?? '',
    };
    const options = { credentials: REAL, now: new Date(), secure: true };
    expect(verifySignature(raw, options).accessKeyId).toBe(REAL.accessKeyId);
    expect(JSON.stringify(events)).not.toContain(encodeURIComponent(credentials.sessionToken));
    await proxy.close();
  });

  it('needs the token of the session', async () => {
    const { proxy, events } = makeProxy({ connect: upstream.connect });
    const credentials = await handedOut(proxy, await session());
    expect((await proxy.handle(sign(credentials, 'another'))).status).toBe(403);
    expect(events.at(-1)?.reason).toBe('token-mismatch');
    await proxy.close();
  });
});

describe('the exchange', () => {
  const sts = { host: 'sts.us-west-2.amazonaws.com', service: 'sts' };
  const s3 = { host: 'bucket.s3.us-west-2.amazonaws.com', target: '/key' };

  it.each(['virtual', 'remember', 'deny'] as const)(
    'hands no credentials out around vendedCredentials: %s',
    async (vendedCredentials) => {
      const { proxy } = makeProxy({
        presignExchange: { methods: ['GET', 'POST'] },
        vendedCredentials,
      });
      const refused = [
        { ...sts, target: '/?Action=AssumeRole&Version=2011-06-15' },
        { ...sts, target: '/?Version=2011-06-15' },
        { ...sts, target: '/?Action=GetWebIdentityToken' },
        {
          host: 'cognito-identity.us-west-2.amazonaws.com',
          service: 'cognito-identity',
          target: '/',
          method: 'POST',
        },
        { ...zonalSession(), target: '/?session' },
        // The holder could add another action in the body.
        {
          ...sts,
          method: 'POST',
          target: '/?Action=GetCallerIdentity&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD',
        },
      ];
      for (const sketch of refused) {
        const options = 'method' in sketch ? { method: sketch.method } : {};
        await expect(
          proxy.exchangePresignedUrl(urlOf(sketch), options).catch((error) => error.code),
        ).resolves.toBe('denied');
      }
      const identity = { ...sts, target: '/?Action=GetCallerIdentity&Version=2011-06-15' };
      const { url } = await proxy.exchangePresignedUrl(urlOf(identity));
      expect(url).toContain('Action=GetCallerIdentity');
      await proxy.close();
    },
  );

  it('tells authorize whose credentials they are', async () => {
    const asked: AwsRequest[] = [];
    const { proxy, events } = makeProxy({
      connect: upstream.connect,
      presignExchange: {},
      authorize: async (request) => {
        asked.push(request);
        return { decision: 'allow' };
      },
    });
    const credentials = await handedOut(proxy, await assumeRole());
    await proxy.exchangePresignedUrl(urlOf({ ...s3, credentials }));
    expect(asked.map(({ assumedRoleArn }) => assumedRoleArn)).toEqual([
      undefined,
      'arn:aws:sts::123456789012:assumed-role/other/x',
    ]);
    expect(events.at(-1)?.aws?.accessKeyId).toBe(REAL.accessKeyId);
    await proxy.close();
  });

  it.each([
    ['the URL', { expiresIn: 200 }, {}, 200],
    ['the session', {}, { session: 300 }, 300],
    ['the credentials', {}, { credentials: 400 }, 400],
    ['the policy', {}, {}, 500],
  ])('gives a URL that does not outlive %s', async (_, presign, ends, seconds) => {
    const now = new Date(1_795_176_000_000);
    const after = (count: number | undefined) =>
      count === undefined ? undefined : new Date(now.getTime() + count * 1000);
    const { session, credentials }: { session?: number; credentials?: number } = ends;
    const expiration = after(credentials);
    const { proxy } = makeProxy({
      clock: () => now,
      presignExchange: { maxExpiresSeconds: 500 },
      authenticate: async () => ({
        ...LOCAL,
        session: { user: 'alice', roleArn: ROLE_ARN, expiresAt: after(session) },
      }),
      credentials: async () => (expiration === undefined ? ROLE : { ...ROLE, expiration }),
    });
    const exchanged = await proxy.exchangePresignedUrl(
      urlOf({ ...s3, expiresIn: 600, signingDate: now, ...presign }),
    );
    expect(new URL(exchanged.url).searchParams.get('X-Amz-Expires')).toBe(String(seconds));
    expect(exchanged.expiresAt).toEqual(after(seconds));
    await proxy.close();
  });
});

function zonalSession() {
  return { host: EXPRESS, service: 's3express' };
}

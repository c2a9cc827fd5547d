import { text as textOf } from 'node:stream/consumers';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { LOCAL, ROLE, ROLE_ARN } from '../support/credentials.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { once, signedRequest } from '../support/signed-request.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const OTHER = {
  accessKeyId: 'ASIAASSUMEDROLE00001',
  secretAccessKey: 'assumed/secret+0123456789abcdefghijklmnop',
  sessionToken: 'ASSUMEDTOKEN',
};
const ASSUMED_ARN = 'arn:aws:sts::123456789012:assumed-role/other/name';
const HOUR = 3_600_000;

let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;

afterEach(async () => {
  await local.stop();
  await upstream.close();
});

type Options = Parameters<typeof startLocalProxy>[1];

/** Bodies of requests that state no hash, which only a client's own signature does. */
let unhashed: string[];

async function start(options: Options = {}) {
  unhashed = [];
  upstream = await startUpstream(
    (request, response) => {
      const form = new URLSearchParams(request.body.toString());
      const seconds = form.get('DurationSeconds');
      const expiration = new Date(Date.now() + 1000 * Number(seconds ?? 3600)).toISOString();
      const result =
        form.get('Action') === 'AssumeRole'
          ? `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:name</AssumedRoleId><Arn>${ASSUMED_ARN}</Arn></AssumedRoleUser><Credentials><AccessKeyId>${OTHER.accessKeyId}</AccessKeyId><SecretAccessKey>${OTHER.secretAccessKey}</SecretAccessKey><SessionToken>${OTHER.sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
          : `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${request.keyId}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;
      response.writeHead(200, {
        'content-type': 'text/xml',
        'content-length': Buffer.byteLength(result),
      });
      response.end(result);
    },
    {
      credentials: [ROLE, OTHER],
      raw: (request, response) => {
        if (request.headers['x-amz-content-sha256'] !== undefined) return false;
        void textOf(request).then((body) => {
          unhashed.push(body);
          response.end();
        });
        return true;
      },
    },
  );
  local = await startLocalProxy(upstream, options);
}

const assume = (config: object, DurationSeconds?: number) =>
  new STSClient(config).send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::123456789012:role/other',
      RoleSessionName: 'name',
      ...(DurationSeconds === undefined ? {} : { DurationSeconds }),
    }),
  );

/** Credentials of an answer, as a client would use them. */
function keysOf({ Credentials }: Awaited<ReturnType<typeof assume>>) {
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

describe.each(['endpoint', 'connect'] as const)('AssumeRole in %s mode', (mode) => {
  it('hands out virtual credentials that work only through the proxy', async () => {
    await start();
    const answer = await assume(local[mode]);
    const credentials = keysOf(answer);
    expect(credentials.accessKeyId).toMatch(/^SV00/);
    expect(JSON.stringify(answer)).not.toContain(OTHER.secretAccessKey);
    expect(JSON.stringify(answer)).not.toContain(OTHER.sessionToken);
    expect(answer.AssumedRoleUser?.Arn).toBe(ASSUMED_ARN);
    const sts = new STSClient({ ...local[mode], credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(OTHER.accessKeyId);
    expect(local.events.map(({ type }) => type)).toEqual([
      'aws.credentials.issued',
      'aws.request',
      'aws.request',
    ]);
    expect(local.events.at(-1)).toMatchObject({
      user: 'alice',
      aws: { assumedRoleArn: ASSUMED_ARN, accessKeyId: OTHER.accessKeyId },
    });
    expect(upstream.refused).toEqual([]);
  });

  it('takes virtual credentials only with their token, and not after the key behind them is gone', async () => {
    let revoked = false;
    await start({
      authenticate: async (accessKeyId) =>
        accessKeyId === LOCAL.accessKeyId && !revoked
          ? { ...LOCAL, session: { user: 'alice', roleArn: ROLE_ARN } }
          : undefined,
    });
    const credentials = keysOf(await assume(local[mode]));
    const call = (own: object) =>
      new STSClient({ ...local[mode], credentials: { ...credentials, ...own } }).send(
        new GetCallerIdentityCommand({}),
      );
    await expect(call({ sessionToken: 'other' })).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await call({});
    revoked = true;
    await expect(call({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('is cut to the end of the login', async () => {
    const expiresAt = new Date(Date.now() + HOUR / 2);
    await start({
      authenticate: async () => ({
        ...LOCAL,
        session: { user: 'alice', roleArn: ROLE_ARN, expiresAt },
      }),
    });
    const { Credentials } = await assume(local[mode], 7200);
    expect(upstream.refused).toEqual([]);
    const sent = new URLSearchParams(upstream.seen[0]?.body.toString());
    expect(Number(sent.get('DurationSeconds'))).toBeGreaterThan(1700);
    expect(Number(sent.get('DurationSeconds'))).toBeLessThanOrEqual(1800);
    expect(Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(expiresAt.getTime());
  });

  it('is refused by policy deny', async () => {
    await start({ vendedCredentials: 'deny' });
    await expect(assume(local[mode])).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(upstream.seen).toEqual([]);
  });

  it('hands out and remembers the real ones by policy remember', async () => {
    await start({ vendedCredentials: 'remember' });
    const credentials = keysOf(await assume(local[mode]));
    expect(credentials).toEqual(OTHER);
    const sts = new STSClient({ ...local[mode], credentials });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(OTHER.accessKeyId);
    const s3 = new S3Client({ ...local[mode], credentials, forcePathStyle: true });
    await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'key' }));
    expect(upstream.seen.at(-1)?.keyId).toBe(OTHER.accessKeyId);
    expect(upstream.refused).toEqual([]);
    const signedByClient = upstream.seen.at(-1)?.headers['x-amz-user-agent'] !== undefined;
    expect(signedByClient).toBe(true);
  });
});

describe('remembered credentials in connect mode', () => {
  async function remembered(options: Options = {}) {
    await start({ vendedCredentials: 'remember', ...options });
    const credentials = keysOf(await assume(local.connect));
    return { ...local.connect, credentials };
  }

  it('may assume further roles, whose credentials are remembered as well', async () => {
    const config = await remembered();
    const chained = keysOf(await assume(config));
    expect(upstream.seen.map(({ keyId }) => keyId)).toEqual([ROLE.accessKeyId, OTHER.accessKeyId]);
    const issued = local.events.filter(({ type }) => type === 'aws.credentials.issued');
    expect(issued).toHaveLength(2);
    const sts = new STSClient({ ...config, credentials: chained });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(OTHER.accessKeyId);
  });

  it('are refused a session that would outlive the login', async () => {
    const expiresAt = new Date(Date.now() + HOUR / 2);
    const config = await remembered({
      authenticate: async () => ({
        ...LOCAL,
        session: { user: 'alice', roleArn: ROLE_ARN, expiresAt },
      }),
    });
    await expect(assume(config, 7200)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(upstream.seen).toHaveLength(1);
  });

  const long = 'x'.repeat(200_000);
  const put = (more: object) => ({
    method: 'PUT',
    path: '/key',
    headers: { 'content-length': String(long.length) },
    body: long,
    credentials: OTHER,
    ...more,
  });

  it('send a long body on as it is, whether it was put aside or streams', async () => {
    await remembered({ maxBufferedBody: 100_000 });
    const aside = put({ host: 'lambda.eu-west-1.amazonaws.com', service: 'lambda', payload: null });
    for (const sketch of [aside, put({})]) {
      const request = await signedRequest(sketch);
      const headers = [...request.headers, ['Cookie', 'a=1'] as const];
      expect((await local.proxy.handle({ ...request, headers })).status).toBe(200);
    }
    expect(unhashed).toEqual([long]);
    expect(upstream.seen.at(-1)).toMatchObject({ keyId: OTHER.accessKeyId, url: '/key' });
    expect(upstream.seen.at(-1)?.body.toString()).toBe(long);
    expect(upstream.seen.at(-1)?.headers.cookie).toBeUndefined();
    expect(upstream.refused).toEqual([]);
  });

  it('send no body to its end that is not what was signed', async () => {
    await remembered();
    const body = once(Buffer.from(long.replace(/x$/, 'y')));
    const answer = await local.proxy.handle(await signedRequest(put({}), { body }));
    expect(answer.status).toBe(400);
    expect(local.events.at(-1)).toMatchObject({ reason: 'payload-mismatch' });
    expect(upstream.seen).toHaveLength(1);
  });
});

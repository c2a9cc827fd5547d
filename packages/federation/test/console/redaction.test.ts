import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  assumeRole,
  assumeRoleWithWebIdentity,
  createConsoleSession,
  formatCredentials,
  planConsoleSession,
} from '../../src/index.js';
import { awsError, CREDENTIALS, fakeSts, NOW, ROLE } from '../support/fakes.js';

/** Characters that look different in every encoding. */
const SECRETS = {
  accessKeyId: 'ASIA"KEY/ID+\\EXAMPLE',
  secretAccessKey: 'wJalr/XUtn+FEMI"K7 MDENG\\bPxRfiCY=KEY',
  sessionToken: `IQoJb3/+=="\\ ${'Zq9/+'.repeat(30)}`,
};
const SIGNIN_TOKEN = 'VCQgs5qZZt3Q6fn8Tr5EXAMPLEmLnwB7JjUc';

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  return [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    percent,
    percent.toLowerCase(),
    encodeURIComponent(json),
    encodeURIComponent(percent),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
  ];
}

const everything = Object.values(SECRETS).flatMap(formsOf);
/** An answer that gives everything back, as a proxy's error page does. */
const echo = [...everything, JSON.stringify(SECRETS), SIGNIN_TOKEN].join(' ');

function textsOf(value: unknown): string {
  const message = value instanceof Error ? [value.message, value.stack, inspect(value.cause)] : [];
  return [
    ...message,
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: null, showHidden: true, getters: true }),
  ].join('\n');
}

function expectClean(value: unknown): void {
  const texts = textsOf(value);
  for (const form of [...everything, SIGNIN_TOKEN]) expect(texts).not.toContain(form);
}

const failures: readonly (readonly [string, () => Promise<Response>])[] = [
  ['a transport error that names the address', async () => Promise.reject(new Error(echo))],
  [
    'a transport error with a cause',
    async () => Promise.reject(new TypeError('fetch failed', { cause: new Error(echo) })),
  ],
  ...[200, 302, 400, 401, 403, 404, 405, 429, 500, 503].map(
    (status) =>
      [
        `status ${status} that echoes everything`,
        async () => new Response(echo, { status }),
      ] as const,
  ),
  ['JSON without token', async () => Response.json({ ...SECRETS, Other: SIGNIN_TOKEN })],
  ['a huge body', async () => new Response(echo.repeat(100))],
  [
    'a body that breaks off',
    async () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.error(new Error(echo));
          },
        }),
      ),
  ],
];

describe('errors of createConsoleSession', () => {
  const query = {
    clock: () => NOW,
    sleep: async () => undefined,
    random: () => 0,
    sessionDurationSeconds: 3600,
  };

  it.each(failures)('hold no credential after %s', async (_, fetch) => {
    for (const partition of ['aws', 'aws-us-gov']) {
      const error: unknown = await createConsoleSession({
        ...query,
        partition,
        credentials: SECRETS,
        fetch,
      }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      expectClean(error);
    }
  });

  it('hold no credential when the credentials are refused', async () => {
    for (const more of [{ expiration: NOW }, { sessionToken: '' }, { accessKeyId: '' }]) {
      const credentials = { ...SECRETS, ...more };
      const error: unknown = await createConsoleSession({
        ...query,
        partition: 'aws',
        credentials,
      }).catch((caught: unknown) => caught);
      expectClean(error);
    }
  });

  it('can be found by this very test when they leak', () => {
    for (const form of everything) expect(textsOf(new Error(form))).toContain(form);
  });
});

describe('values that carry secrets', () => {
  it('print a session without them', async () => {
    const session = await createConsoleSession({
      partition: 'aws',
      credentials: SECRETS,
      clock: () => NOW,
      fetch: async () => Response.json({ SigninToken: SIGNIN_TOKEN }),
    });
    expect(session.loginUrl.href).toContain(SIGNIN_TOKEN);
    expectClean(session);
  });

  it('print credentials without them', async () => {
    const { sts } = fakeSts(undefined, () => ({
      Credentials: {
        AccessKeyId: SECRETS.accessKeyId,
        SecretAccessKey: SECRETS.secretAccessKey,
        SessionToken: SECRETS.sessionToken,
        Expiration: NOW,
      },
    }));
    expectClean(await assumeRole({ sts, roleArn: ROLE, roleSessionName: 'alice' }));
  });

  it('refuse to be written for a shell without being quoted', () => {
    try {
      formatCredentials(SECRETS, 'env');
    } catch (error) {
      expectClean(error);
      return;
    }
    expect.unreachable();
  });

  it('are not in a plan', () => {
    const plan = planConsoleSession({
      username: 'alice',
      roleArn: ROLE,
      source: 'ec2-instance-profile',
      accessKeyId: SECRETS.accessKeyId,
      externalId: 'example-external-id',
    });
    expectClean(plan);
    expect(textsOf(plan)).not.toContain('example-external-id');
  });
});

describe('errors of STS calls', () => {
  it('hold no web identity token, whatever the client throws', async () => {
    const webIdentityToken = `eyJhbGciOiJSUzI1NiJ9.${'aB3_'.repeat(40)}.${'zY-9'.repeat(40)}`;
    const forms = formsOf(webIdentityToken);
    const thrown = Object.assign(awsError('InvalidIdentityToken', 400, forms.join(' ')), {
      $response: { body: webIdentityToken },
      request: { body: `WebIdentityToken=${webIdentityToken}` },
    });
    const { sts } = fakeSts(undefined, () => Promise.reject(thrown));
    const error: unknown = await assumeRoleWithWebIdentity({
      sts,
      roleArn: ROLE,
      roleSessionName: 'alice',
      webIdentityToken,
    }).catch((caught: unknown) => caught);
    for (const form of forms) expect(textsOf(error)).not.toContain(form);
  });

  it.each<[string, (token: string) => string]>([
    ['as the name in an ARN', (token) => `no arn:aws:iam::111122223333:role/${token} here`],
    ['in short words', (token) => `said ${(token.match(/.{1,7}/g) ?? []).join(' ')} once`],
    ['in JSON escapes', (token) => `said ${token.replace(/[._-]/g, '\\u002d')} once`],
  ])('hold no web identity token %s', async (_, write) => {
    const webIdentityToken = `eyJhbGciOiJS.${'aB3_dE6-'.repeat(10)}.${'zY-9xW_8'.repeat(10)}`;
    const { sts } = fakeSts(undefined, () =>
      Promise.reject(awsError('InvalidIdentityToken', 400, write(webIdentityToken))),
    );
    const error: unknown = await assumeRoleWithWebIdentity({
      sts,
      roleArn: ROLE,
      roleSessionName: 'alice',
      webIdentityToken,
    }).catch((caught: unknown) => caught);
    const left = textsOf(error).replace(/[^A-Za-z0-9]/g, '');
    for (const piece of ['aB3dE6aB', 'zY9xW8zY']) expect(left).not.toContain(piece);
  });

  it('hold no base credentials that a client puts into its error', async () => {
    const thrown = Object.assign(
      awsError('Error', undefined, `header ${CREDENTIALS.sessionToken}x`),
      {
        request: { headers: { 'x-amz-security-token': CREDENTIALS.sessionToken } },
      },
    );
    const { sts } = fakeSts(undefined, () => Promise.reject(thrown));
    const error: unknown = await assumeRole({ sts, roleArn: ROLE, roleSessionName: 'alice' }).catch(
      (caught: unknown) => caught,
    );
    expect(textsOf(error)).not.toContain(CREDENTIALS.sessionToken);
  });
});

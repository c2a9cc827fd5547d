import { STSClient } from '@aws-sdk/client-sts';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  assumeRoleWithWebIdentity,
  createRoleCredentials,
  FederationError,
} from '../../src/index.js';
import {
  createOidcProvider,
  createSigningKeyRing,
  issuerFromPublicAddress,
  signingKeyFromPem,
} from '../../src/oidc/index.js';
import { FIRST, SECOND } from '../support/keys.js';
import { loopback, type Seen } from '../support/loopback.js';
import { answerError, answerSession } from '../support/sts-answers.js';

const { issuer } = issuerFromPublicAddress('access.example.com');
const provider = createOidcProvider({
  issuer,
  keys: createSigningKeyRing({ keys: [await signingKeyFromPem(FIRST.privateKey)] }),
});
const stranger = createOidcProvider({
  issuer,
  keys: createSigningKeyRing({ keys: [await signingKeyFromPem(SECOND.privateKey)] }),
});

/** Our documents on the wire; the https issuer is this server for the STS of the test. */
const documents = await loopback(async ({ target, method }, response) => {
  const answer = await provider.fetch(new Request(`${issuer}${target}`, { method }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
});

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url.replace(issuer, documents.origin));
  expect(response.headers.get('content-type')).toBe('application/json');
  return (await response.json()) as Record<string, unknown>;
}

/** Does what AWS does with a token: reads the discovery document, then the key set, then verifies. */
async function verify(seen: Seen): Promise<void> {
  expect(seen.headers.authorization).toBeUndefined();
  const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`);
  expect(discovery.issuer).toBe(issuer);
  const { keys } = await fetchJson(String(discovery.jwks_uri));
  expect(keys).toEqual((await provider.jwks()).keys);
  await jwtVerify(
    seen.form.get('WebIdentityToken') ?? '',
    createLocalJWKSet({ keys: (await provider.jwks()).keys.map((key) => ({ ...key })) }),
    { issuer, audience: 'discover.teleport', subject: 'system:proxy', algorithms: ['RS256'] },
  );
}

const sts = await loopback(async (seen, response) => {
  try {
    if (seen.form.get('Action') === 'AssumeRoleWithWebIdentity') await verify(seen);
    answerSession(seen, response, new Date(Date.now() + 3_600_000));
  } catch {
    answerError(response, 400, 'InvalidIdentityToken');
  }
});

const client = new STSClient({
  region: 'us-east-1',
  endpoint: sts.origin,
  maxAttempts: 1,
  credentials: async () => expect.unreachable('the call is not signed'),
});
const integration = 'arn:aws:iam::111122223333:role/iam-role';
const target = 'arn:aws:iam::111122223333:role/aws-iam-target-role';

const token = (from = provider) => from.issueToken({ subject: 'system:proxy', username: 'alice' });

describe('AssumeRoleWithWebIdentity', () => {
  it('passes an STS that reads our documents and verifies our token', async () => {
    const role = await assumeRoleWithWebIdentity({
      sts: client,
      roleArn: integration,
      roleSessionName: 'alice',
      webIdentityToken: await token(),
    });
    expect(role.assumedRoleArn).toBe('arn:aws:sts::111122223333:assumed-role/iam-role/alice');
    expect(documents.seen.map(({ target: path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/.well-known/jwks-oidc',
    ]);
  });

  it('is refused with a key that the key set does not list', async () => {
    await expect(
      assumeRoleWithWebIdentity({
        sts: client,
        roleArn: integration,
        roleSessionName: 'alice',
        webIdentityToken: await token(stranger),
      }),
    ).rejects.toThrowWithCode(FederationError, 'invalid-web-identity-token');
  });

  it('leads through the integration role to a target role', async () => {
    sts.seen.length = 0;
    const credentials = createRoleCredentials({
      sts: ({ credentials: step }) =>
        step
          ? new STSClient({
              region: 'us-east-1',
              endpoint: sts.origin,
              maxAttempts: 1,
              credentials: step,
            })
          : client,
      source: 'oidc-integration',
    });
    const role = await credentials.get({
      identity: 'alice',
      roleArn: target,
      chain: [{ roleArn: integration, webIdentity: { provider, subject: 'system:proxy' } }],
    });
    expect(role.roleArn).toBe(target);
    expect(sts.seen.map(({ form }) => [form.get('Action'), form.get('RoleArn')])).toEqual([
      ['AssumeRoleWithWebIdentity', integration],
      ['AssumeRole', target],
    ]);
    expect(sts.seen[1]?.headers.authorization).toContain('Credential=ASIAIOSFODNN7EXAMPLE/');
    expect(sts.seen[1]?.form.get('DurationSeconds')).toBe('3600');
  });
});

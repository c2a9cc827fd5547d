import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { generateKeyPair, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { createIssuer } from '../support/issuer.js';
import { clientConfig } from '../support/loopback.js';
import { ACCOUNT, ISSUER, role } from '../support/seed.js';
import { NOW } from '../support/sign.js';
import { start } from '../support/start.js';

const issuer = await createIssuer();
const standIn = await start({ clock: () => NOW, fetch: (...args) => issuer.fetch(...args) });
const sts = new STSClient(clientConfig(standIn, standIn.credentialsFor('nobody')));

const assume = (WebIdentityToken: string, more: object = {}) =>
  sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role('Web'),
      RoleSessionName: 'alice',
      WebIdentityToken,
      ...more,
    }),
  );

const refusal = async (claims: JWTPayload, more: object = {}) => {
  const error: unknown = await assume(await issuer.token(NOW, claims), more).catch((e) => e);
  return error instanceof Error ? error.name : 'no error';
};

const seconds = NOW.getTime() / 1000;

describe('AssumeRoleWithWebIdentity', () => {
  it('trusts a token of the registered issuer, fetched from its own documents', async () => {
    const output = await assume(await issuer.token(NOW), { DurationSeconds: 7200 });
    expect(output).toMatchObject({
      Audience: 'discover.teleport',
      Provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/portal.example.com`,
      SubjectFromWebIdentityToken: 'system:proxy',
      AssumedRoleUser: { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Web/alice` },
    });
    expect(output.Credentials?.Expiration).toEqual(new Date(NOW.getTime() + 7_200_000));
  });

  it('denies another audience or subject than the trust policy names', async () => {
    expect(await refusal({ aud: 'other' })).toBe('AccessDenied');
    expect(await refusal({ sub: 'system:auth' })).toBe('AccessDenied');
    expect(await refusal({}, { RoleArn: role('Operator') })).toBe('AccessDenied');
    expect(await refusal({}, { RoleArn: role('Missing') })).toBe('AccessDenied');
  });

  it('refuses an audience that was not registered, and a foreign issuer', async () => {
    const invalid = 'InvalidIdentityTokenException';
    expect(await refusal({ aud: 'unknown' })).toBe(invalid);
    expect(await refusal({ iss: 'https://other.example.com' })).toBe(invalid);
    expect(standIn.requests.at(-1)?.errorMessage).toContain('No OpenIDConnect provider');
    expect(await refusal({ iss: `${ISSUER}/` })).toBe(invalid);
  });

  it('keeps the times of the token', async () => {
    expect(await refusal({ exp: seconds - 1 })).toBe('ExpiredTokenException');
    expect(await refusal({ nbf: seconds + 60 })).toBe('InvalidIdentityTokenException');
    expect(await refusal({ exp: seconds + 90_000 })).toBe('InvalidIdentityTokenException');
  });

  it('refuses a token of another key and a broken one', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await issuer.token(NOW, {}, privateKey);
    await expect(assume(forged)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await expect(assume('a.b.c')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    expect(JSON.stringify(standIn.requests)).not.toContain(forged);
  });

  it('says so when the issuer cannot be reached', async () => {
    const address = `${ISSUER}/.well-known/jwks-oidc`;
    const keys = issuer.documents.get(address);
    issuer.documents.delete(address);
    expect(await refusal({})).toBe('IDPCommunicationErrorException');
    issuer.documents.set(address, keys);
  });

  it('ignores published keys without kid or use', async () => {
    const address = `${ISSUER}/.well-known/jwks-oidc`;
    const keys = issuer.documents.get(address);
    const bare = JSON.parse(
      JSON.stringify(keys, (name, value) => (name === 'use' ? undefined : value)),
    );
    issuer.documents.set(address, bare);
    expect(await refusal({})).toBe('InvalidIdentityTokenException');
    issuer.documents.set(address, keys);
  });

  it('needs sts:TagSession for tags in the token', async () => {
    const tags = { principal_tags: { team: ['ops'] } };
    expect(await refusal({ 'https://aws.amazon.com/tags': tags })).toBe('AccessDenied');
  });

  it('keeps the role’s longest session', async () => {
    expect(await refusal({}, { DurationSeconds: 7201 })).toBe('ValidationError');
  });
});

import { describe, expect, it } from 'vitest';
import {
  assumeRoleWithWebIdentity,
  assumeRoleWithWebIdentityParams,
  FederationError,
} from '../../src/index.js';
import { awsError, fakeSts, ROLE } from '../support/fakes.js';

const TOKEN = `eyJhbGciOiJSUzI1NiJ9.${'p'.repeat(80)}.${'s'.repeat(80)}`;
const query = { roleArn: ROLE, roleSessionName: 'alice', webIdentityToken: TOKEN };

describe('assumeRoleWithWebIdentity', () => {
  it('sends the token and only the parameters given', async () => {
    const { sts, calls } = fakeSts();
    const role = await assumeRoleWithWebIdentity({ ...query, sts, durationSeconds: 900 });
    expect(role.roleArn).toBe(ROLE);
    expect(calls).toEqual([
      { RoleArn: ROLE, RoleSessionName: 'alice', WebIdentityToken: TOKEN, DurationSeconds: 900 },
    ]);
  });

  it.each([
    ['InvalidIdentityTokenException', 400, 'invalid-web-identity-token'],
    ['IDPRejectedClaimException', 403, 'invalid-web-identity-token'],
    ['IDPCommunicationErrorException', 400, 'identity-provider-unreachable'],
    ['ExpiredTokenException', 400, 'expired-web-identity-token'],
    ['AccessDenied', 403, 'sts-access-denied'],
    ['RegionDisabledException', 403, 'sts-rejected'],
  ])('turns %s into %s', async (name, status, code) => {
    const { sts } = fakeSts(undefined, () =>
      Promise.reject(awsError(name, status, `bad token ${TOKEN}`)),
    );
    const failure = assumeRoleWithWebIdentity({ ...query, sts });
    await expect(failure).rejects.toThrowWithCode(FederationError, code);
    await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining(TOKEN) });
  });

  it.each(['', 'abc', 'x'.repeat(20_001)])('refuses a token of the wrong length', async (token) => {
    const { sts, calls } = fakeSts();
    await expect(
      assumeRoleWithWebIdentity({ ...query, sts, webIdentityToken: token }),
    ).rejects.toThrowWithCode(FederationError, 'invalid-web-identity-token');
    expect(calls).toEqual([]);
  });

  it('gives up when the caller has', async () => {
    const signal = AbortSignal.abort();
    await expect(
      assumeRoleWithWebIdentity({ ...query, sts: fakeSts().sts, signal }),
    ).rejects.toThrowWithCode(FederationError, 'aborted');
  });
});

describe('assumeRoleWithWebIdentityParams', () => {
  it('writes policies in the form of the Query protocol', () => {
    const { params, signed } = assumeRoleWithWebIdentityParams({
      ...query,
      durationSeconds: 3600,
      policy: '{}',
      policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
    });
    expect(signed).toBe(false);
    expect(Object.entries(params).slice(4)).toEqual([
      ['WebIdentityToken', TOKEN],
      ['DurationSeconds', '3600'],
      ['Policy', '{}'],
      ['PolicyArns.member.1.arn', 'arn:aws:iam::aws:policy/A'],
      ['PolicyArns.member.2.arn', 'arn:aws:iam::aws:policy/B'],
    ]);
  });
});

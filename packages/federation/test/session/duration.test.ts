import { describe, expect, it } from 'vitest';
import {
  FederationError,
  isChainedSource,
  resolveSessionDuration,
  type SessionDurationQuery,
} from '../../src/index.js';

const refuses = (q: SessionDurationQuery, code: string): void => {
  expect(() => resolveSessionDuration(q)).toThrowWithCode(FederationError, code);
};

describe('resolveSessionDuration', () => {
  it('never outlives the identity', () => {
    const plan = resolveSessionDuration({ source: 'iam-user', identityExpiresInSeconds: 5000.9 });
    expect(plan).toMatchObject({ effectiveSeconds: 5000, sessionDurationSeconds: 5000 });
  });

  it('refuses 899 seconds and takes 900', () => {
    refuses({ source: 'iam-user', identityExpiresInSeconds: 899.9 }, 'identity-expires-too-soon');
    refuses({ source: 'iam-user', requestedSeconds: 899 }, 'duration-too-short');
    expect(
      resolveSessionDuration({ source: 'iam-user', requestedSeconds: 900 }).effectiveSeconds,
    ).toBe(900);
  });

  it('refuses 43201 seconds and takes 43200', () => {
    refuses({ source: 'iam-user', requestedSeconds: 43_201 }, 'duration-too-long');
    expect(
      resolveSessionDuration({ source: 'iam-user', requestedSeconds: 43_200 }).effectiveSeconds,
    ).toBe(43_200);
  });

  it('takes no role maximum for more than the 12 hours that IAM knows', () => {
    const plan = resolveSessionDuration({
      source: 'oidc-direct',
      purpose: 'api',
      identityExpiresInSeconds: 100_000,
      roleMaxSessionSeconds: 90_000,
    });
    expect(plan.assumeRoleWithWebIdentityDurationSeconds).toBe(43_200);
    expect(plan.why).toContainEqual(
      expect.objectContaining({ limit: 'role-maximum', seconds: 43_200 }),
    );
  });

  it('warns when role chaining cuts a wish, and says why', () => {
    const plan = resolveSessionDuration({ source: 'sso', requestedSeconds: 7200 });
    expect(plan).toMatchObject({
      chained: true,
      effectiveSeconds: 3600,
      assumeRoleDurationSeconds: 3600,
      sessionDurationSeconds: null,
      warnings: ['role-chaining-limit'],
    });
    expect(plan.why.filter(({ decisive }) => decisive).map(({ limit }) => limit)).toEqual([
      'role-chaining',
    ]);
  });

  it('gives root one hour by federation token, with a warning for a longer wish', () => {
    expect(
      resolveSessionDuration({ source: 'root', via: 'federation-token', requestedSeconds: 7200 }),
    ).toMatchObject({ federationTokenDurationSeconds: 3600, warnings: ['root-limit'] });
  });

  it('gives a federation token up to 36 hours', () => {
    expect(
      resolveSessionDuration({
        source: 'iam-user',
        via: 'federation-token',
        requestedSeconds: 129_600,
      }),
    ).toMatchObject({ federationTokenDurationSeconds: 129_600, sessionDurationSeconds: null });
  });

  it.each(['sso', 'ec2-instance-profile', 'oidc-direct', 'roles-anywhere'])(
    'refuses a federation token from %s',
    (source) => refuses({ source, via: 'federation-token' }, 'long-term-credentials-required'),
  );

  it('lets the maximum of the role rule one-hop OIDC, one hour when unknown', () => {
    expect(
      resolveSessionDuration({
        source: 'oidc-direct',
        roleMaxSessionSeconds: 14_400,
        requestedSeconds: 20_000,
      }),
    ).toMatchObject({
      chained: false,
      assumeRoleWithWebIdentityDurationSeconds: 14_400,
      sessionDurationSeconds: null,
    });
    expect(
      resolveSessionDuration({ source: 'oidc-direct', requestedSeconds: 20_000 }),
    ).toMatchObject({ assumeRoleWithWebIdentityDurationSeconds: 3600 });
  });

  it('sends DurationSeconds for API sessions, limited by the role', () => {
    expect(
      resolveSessionDuration({
        source: 'iam-user',
        purpose: 'api',
        requestedSeconds: 40_000,
        roleMaxSessionSeconds: 7200,
      }),
    ).toMatchObject({ assumeRoleDurationSeconds: 7200, sessionDurationSeconds: null });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses the wish %d', (requestedSeconds) =>
    refuses({ source: 'iam-user', requestedSeconds }, 'invalid-duration'),
  );

  it('takes an endless identity', () => {
    expect(
      resolveSessionDuration({
        source: 'iam-user',
        identityExpiresInSeconds: Number.POSITIVE_INFINITY,
      }).effectiveSeconds,
    ).toBe(43_200);
  });

  it('refuses an impossible maximum of the role', () => {
    refuses({ source: 'oidc-direct', roleMaxSessionSeconds: 100 }, 'invalid-duration');
  });
});

describe('isChainedSource', () => {
  it.each([
    ['ecs-container', true],
    ['eks-pod-identity', true],
    ['aws-login', true],
    ['ec2-instance-profile', false],
    ['root', false],
  ] as const)('knows %s', (source, chained) => {
    expect(isChainedSource({ source, hasSessionToken: true })).toBe(chained);
  });

  it('judges an unknown source by its token or key id', () => {
    expect(isChainedSource({ source: 'vault' })).toBe(false);
    expect(isChainedSource({ source: 'vault', hasSessionToken: true })).toBe(true);
    expect(isChainedSource({ source: 'vault', accessKeyId: 'ASIAEXAMPLE' })).toBe(true);
    expect(isChainedSource({ source: 'constructor' })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { FederationError, planConsoleSession } from '../../src/index.js';
import { ROLE } from '../support/fakes.js';

const query = { username: 'CORP\\alice', roleArn: ROLE, source: 'ec2-instance-profile' } as const;

describe('planConsoleSession', () => {
  it('tells every step in words', () => {
    const plan = planConsoleSession({
      ...query,
      region: 'eu-west-1',
      destination: { service: 's3' },
      issuer: 'https://access.example.com',
      externalId: 'ext-1',
      requestedSeconds: 7200,
    });
    expect(plan.steps).toEqual([
      `AssumeRole: ${ROLE} as CORP-alice-83da4d2f3a048a1f, with an external id, DurationSeconds not sent`,
      'getSigninToken: POST https://eu-west-1.signin.aws.amazon.com/federation, SessionDuration 7200',
      'login: https://eu-west-1.signin.aws.amazon.com/federation with destination https://eu-west-1.console.aws.amazon.com/s3/buckets?region=eu-west-1 and issuer https://access.example.com, valid for 15 minutes',
    ]);
  });

  it.each([
    ['sso', 'AssumeRole'],
    ['oidc-direct', 'AssumeRoleWithWebIdentity'],
    ['roles-anywhere', 'CreateSession'],
  ])('names the call that %s leads to', (source, call) => {
    const [step] = planConsoleSession({ ...query, source }).steps;
    expect(step).toMatch(new RegExp(`^${call}.*DurationSeconds 3600$`));
  });

  it('takes the partition from the role', () => {
    const roleArn = ROLE.replace('arn:aws', 'arn:aws-us-gov');
    const plan = planConsoleSession({
      ...query,
      roleArn,
      destination: 'https://console.amazonaws-us-gov.com/',
    });
    expect(plan).toMatchObject({ partition: 'aws-us-gov', method: 'GET' });
  });

  it.each([
    [{ username: '' }, 'invalid-username'],
    [{ roleArn: 'x' }, 'malformed-arn'],
    [{ externalId: 'a b' }, 'invalid-external-id'],
    [{ issuer: 'http://x' }, 'invalid-issuer'],
    [{ destination: 'https://evil.example/' }, 'destination-not-allowed'],
    [{ identityExpiresInSeconds: 10 }, 'identity-expires-too-soon'],
  ])('refuses %j as the real call would', (more, code) => {
    expect(() => planConsoleSession({ ...query, ...more })).toThrowWithCode(FederationError, code);
  });
});

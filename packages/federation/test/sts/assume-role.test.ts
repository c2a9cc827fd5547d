import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type AssumeRoleQuery, assumeRole, FederationError } from '../../src/index.js';
import { awsError, fakeSts, NOW, ROLE, SESSION } from '../support/fakes.js';

const query = (more: Partial<AssumeRoleQuery> = {}): AssumeRoleQuery => ({
  sts: fakeSts().sts,
  roleArn: ROLE,
  roleSessionName: 'alice',
  ...more,
});

describe('assumeRole', () => {
  it('sends only what was given', async () => {
    const { sts, calls } = fakeSts();
    await assumeRole(query({ sts, durationSeconds: null }));
    expect(calls).toEqual([{ RoleArn: ROLE, RoleSessionName: 'alice' }]);
  });

  it('sends every parameter under its name', async () => {
    const { sts, calls } = fakeSts();
    await assumeRole(
      query({
        sts,
        durationSeconds: 1800,
        externalId: 'example-external-id',
        sourceIdentity: 'alice',
        tags: [{ key: 'team', value: 'blue' }],
        transitiveTagKeys: ['team'],
        policy: '{"Version":"2012-10-17","Statement":[]}',
        policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      }),
    );
    expect(calls).toEqual([
      {
        RoleArn: ROLE,
        RoleSessionName: 'alice',
        DurationSeconds: 1800,
        ExternalId: 'example-external-id',
        SourceIdentity: 'alice',
        Tags: [{ Key: 'team', Value: 'blue' }],
        TransitiveTagKeys: ['team'],
        Policy: '{"Version":"2012-10-17","Statement":[]}',
        PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      },
    ]);
  });

  it('gives credentials that an SDK client takes and that print without their secrets', async () => {
    const role = await assumeRole(query());
    expect(role).toMatchObject({
      roleArn: ROLE,
      roleSessionName: 'alice',
      assumedRoleArn: SESSION,
    });
    expect(role.expiration).toEqual(new Date(NOW.getTime() + 3_600_000));
    for (const text of [inspect(role, { showHidden: true }), JSON.stringify(role)]) {
      expect(text).toContain(SESSION);
      for (const secret of [role.accessKeyId, role.secretAccessKey, role.sessionToken]) {
        expect(text).not.toContain(secret);
      }
    }
    // SDK clients add this member to the credentials they are given.
    expect(() => Object.assign(role, { $source: {} })).not.toThrow();
  });

  it.each([
    [{ roleArn: 'arn:aws:iam:111122223333:role/x' }, 'malformed-arn'],
    [{ roleArn: 'arn:aws:iam::111122223333:user/bob' }, 'not-a-role-arn'],
    [{ roleArn: `arn:aws:iam::111122223333:role/${'x'.repeat(2050)}` }, 'malformed-arn'],
    [{ roleSessionName: 'a' }, 'invalid-session-name'],
    [{ roleSessionName: 'alice\n' }, 'invalid-session-name'],
    [{ externalId: 'has space' }, 'invalid-external-id'],
    [{ externalId: 'x' }, 'invalid-external-id'],
    [{ externalId: 'x'.repeat(1225) }, 'invalid-external-id'],
    [{ policy: `{"x":"${'y'.repeat(2041)}"}` }, 'invalid-session-policy'],
    [
      { policy: `{"x":"${'y'.repeat(2040 - ROLE.length + 1)}"}`, policyArns: [ROLE] },
      'invalid-session-policy',
    ],
    [{ sourceIdentity: 'aws:alice' }, 'invalid-source-identity'],
    [{ sourceIdentity: 'a' }, 'invalid-source-identity'],
    [{ durationSeconds: 899 }, 'duration-too-short'],
    [{ durationSeconds: 43_201 }, 'duration-too-long'],
    [{ durationSeconds: 1000.5 }, 'invalid-duration'],
    [{ tags: [{ key: 'aws:x', value: '' }] }, 'invalid-tag'],
    [{ tags: [{ key: 'a', value: 'x'.repeat(257) }] }, 'invalid-tag'],
    [
      {
        tags: [
          { key: 'a', value: '' },
          { key: 'A', value: '' },
        ],
      },
      'invalid-tag',
    ],
    [{ tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) }, 'invalid-tag'],
    [{ transitiveTagKeys: ['other'] }, 'invalid-tag'],
    [{ policy: 'no json' }, 'invalid-session-policy'],
    [{ policy: '[]' }, 'invalid-session-policy'],
    [{ policy: `{"x":"${'y'.repeat(2050)}"}` }, 'invalid-session-policy'],
    [{ policyArns: Array.from({ length: 11 }, () => ROLE) }, 'invalid-session-policy'],
    [{ policyArns: ['ReadOnlyAccess'] }, 'malformed-arn'],
  ] as const)('refuses %j before any call', async (more, code) => {
    const { sts, calls } = fakeSts();
    await expect(assumeRole(query({ sts, ...more }))).rejects.toThrowWithCode(
      FederationError,
      code,
    );
    expect(calls).toEqual([]);
  });

  it.each([
    [{ externalId: 'x'.repeat(1224) }],
    [{ externalId: 'xy' }],
    [{ policy: `{"x":"${'y'.repeat(2040)}"}` }],
    [{ policy: `{"x":"${'y'.repeat(2040 - ROLE.length)}"}`, policyArns: [ROLE] }],
    [{ policyArns: Array.from({ length: 10 }, () => ROLE) }],
    [{ tags: Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: '' })) }],
    [{ durationSeconds: 900 }],
    [{ durationSeconds: 43_200 }],
  ])('takes what is just allowed: case %#', async (more) => {
    const { sts, calls } = fakeSts();
    await assumeRole(query({ sts, ...more }));
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['AccessDenied', 403, 'sts-access-denied'],
    ['ThrottlingException', 400, 'sts-throttled'],
    ['SlowDown', 429, 'sts-throttled'],
    ['ExpiredTokenException', 400, 'expired-credentials'],
    ['InternalFailure', 500, 'sts-unavailable'],
    ['TimeoutError', undefined, 'sts-unavailable'],
    ['RegionDisabledException', 403, 'sts-rejected'],
    ['PackedPolicyTooLargeException', 400, 'sts-rejected'],
  ] as const)('turns %s (%s) into %s', async (name, status, code) => {
    const { sts } = fakeSts(undefined, () => Promise.reject(awsError(name, status)));
    const failure = assumeRole(query({ sts }));
    await expect(failure).rejects.toThrowWithCode(FederationError, code);
    await expect(failure).rejects.toMatchObject({ sts: { code: name, requestId: 'req-1' } });
  });

  it('repeats what STS says with the ARNs but without anything that looks like a key', async () => {
    const message = `User: ${SESSION} is not authorized to perform: sts:AssumeRole on resource: ${ROLE} token FwoGZXIvYXdzEXAMPLE0123456789 <b>x</b>`;
    const { sts } = fakeSts(undefined, () =>
      Promise.reject(awsError('AccessDenied', 403, message)),
    );
    const error = await assumeRole(query({ sts })).catch((caught: unknown) => caught);
    expect(String(error)).toContain(ROLE);
    expect(String(error)).toContain('sts:AssumeRole');
    expect(String(error)).not.toContain('FwoGZXIvYXdzEXAMPLE');
  });

  it.each([{}, { Credentials: {} }, { Credentials: { AccessKeyId: 'A', SecretAccessKey: 'b' } }])(
    'refuses the incomplete answer %j',
    async (output) => {
      const { sts } = fakeSts(undefined, () => output);
      await expect(assumeRole(query({ sts }))).rejects.toThrowWithCode(
        FederationError,
        'invalid-response',
      );
    },
  );

  it('keeps foreign things out of the error, whatever is thrown', async () => {
    for (const thrown of [undefined, 'text', { name: 'a b' }, Object.create(null)]) {
      const { sts } = fakeSts(undefined, () => Promise.reject(thrown));
      await expect(assumeRole(query({ sts }))).rejects.toThrowWithCode(
        FederationError,
        'sts-unavailable',
      );
    }
  });

  it('gives up when the caller does', async () => {
    const controller = new AbortController();
    const { sts } = fakeSts(undefined, () => {
      controller.abort(new Error('secret reason'));
      throw new DOMException('x', 'AbortError');
    });
    await expect(assumeRole(query({ sts, signal: controller.signal }))).rejects.toThrowWithCode(
      FederationError,
      'aborted',
    );
    await expect(assumeRole(query({ signal: AbortSignal.abort() }))).rejects.toThrowWithCode(
      FederationError,
      'aborted',
    );
  });
});

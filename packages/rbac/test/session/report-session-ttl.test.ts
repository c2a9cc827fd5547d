import { describe, expect, it } from 'vitest';
import { listAwsRoleArnsForTtl, reportSessionTtl, resolveSessionTtl } from '../../src/index.js';
import { arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const HOUR = 3_600_000;
const roles = roleSet([
  role('long', { options: { max_session_ttl: '8h' } }),
  role('short', { options: { max_session_ttl: '2h' } }),
  role('unset'),
]);
const at = (ms: number) => new Date(NOW.getTime() + ms);

describe('reportSessionTtl', () => {
  it('names the role that set the limit, and all limits', () => {
    expect(reportSessionTtl(roles, { now: NOW })).toEqual({
      ttlMs: 2 * HOUR,
      limitedBy: 'role',
      role: 'short',
      roles: [
        { role: 'short', maxSessionTtlMs: 2 * HOUR },
        { role: 'long', maxSessionTtlMs: 8 * HOUR },
        { role: 'unset', maxSessionTtlMs: 30 * HOUR },
      ],
    });
  });

  it.each([
    [{ requestedMs: HOUR }, HOUR, 'request'],
    [{ requestedMs: 2 * HOUR }, 2 * HOUR, 'request'],
    [{ sessionExpires: at(HOUR) }, HOUR, 'session'],
    [{ sessionExpires: at(-HOUR) }, 0, 'session'],
    [{ sessionExpires: new Date(Number.NaN) }, 0, 'session'],
    [{ sessionExpires: at(3 * HOUR) }, 2 * HOUR, 'role'],
    [{ requestedMs: Number.NaN }, 0, 'session'],
  ] as const)('resolves %j to %s ms by the %s', (query, ttlMs, limitedBy) => {
    const report = reportSessionTtl(roles, { ...query, now: NOW });
    expect([report.ttlMs, report.limitedBy]).toEqual([ttlMs, limitedBy]);
  });

  it('gives twelve hours when nothing limits', () => {
    expect(resolveSessionTtl(roleSet([]), { now: NOW })).toBe(12 * HOUR);
  });
});

describe('listAwsRoleArnsForTtl', () => {
  it('is denied without a role long enough, which the built-in one always is', () => {
    const list = [granting('r', [arn('A'), 'junk'], { max_session_ttl: '1h' })];
    const query = { requestedMs: 2 * HOUR };
    expect(listAwsRoleArnsForTtl(roleSet(list, user(), { implicitRole: false }), query)).toEqual({
      error: 'access-denied',
    });
    expect(listAwsRoleArnsForTtl(roleSet(list), query)).toEqual({ error: 'not-found' });
    expect(listAwsRoleArnsForTtl(roleSet(list), { requestedMs: HOUR })).toEqual({
      arns: [arn('A'), 'junk'],
    });
  });

  it('takes off what any role denies', () => {
    const list = [granting('r', [arn('A')]), role('no', { deny: { aws_role_arns: [arn('A')] } })];
    expect(listAwsRoleArnsForTtl(roleSet(list), { requestedMs: HOUR })).toEqual({
      error: 'not-found',
    });
  });
});

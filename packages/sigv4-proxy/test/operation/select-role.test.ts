import { describe, expect, it } from 'vitest';
import { selectRole } from '../../src/operation/select-role.js';

const A = 'arn:aws:iam::111111111111:role/team/reader';
const B = 'arn:aws:iam::222222222222:role/reader';
const C = 'arn:aws:iam::111111111111:role/admin';
const available = [A, B, C, 'not an arn', 'arn:aws:iam::111111111111:user/reader'];

describe('selectRole', () => {
  it.each([
    [A, A],
    ['admin', C],
    ['team/reader', A],
    ['/team/reader', A],
    ['/reader', B],
  ])('finds %s', (requested, roleArn) => {
    expect(selectRole({ available, requested })).toEqual({ decision: 'allow', role: { roleArn } });
  });

  it('takes the only role, also when it is listed twice', () => {
    expect(selectRole({ available: [C, C] })).toMatchObject({ role: { roleArn: C } });
  });

  it.each([
    [{ available, requested: 'reader' }, 'role-ambiguous', [A, B]],
    [{ available, requested: 'writer' }, 'role-not-available', [A, B, C]],
    [{ available, requested: 'not an arn' }, 'role-not-available', [A, B, C]],
    [{ available: [] }, 'no-role', []],
    [{ available }, 'role-required', [A, B, C]],
    [{ available, requested: B, accountIds: ['111111111111'] }, 'role-not-available', [A, C]],
    [{ available, requested: C, allow: ['arn:aws:iam::*:role/team/*'] }, 'role-not-available', [A]],
  ])('refuses %j', (query, reason, choices) => {
    expect(selectRole(query)).toMatchObject({ decision: 'deny', reason, choices });
  });

  it('lets account and pattern make a name unambiguous', () => {
    const query = { available, requested: 'reader', accountIds: ['222222222222'] };
    expect(selectRole(query)).toMatchObject({ role: { roleArn: B } });
  });
});

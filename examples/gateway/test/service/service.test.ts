import { compileRole, createRoleSet, type RoleConditions } from '@postern/rbac';
import type { LoginSession } from '@postern/sign-in';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/gateway-error.js';
import { createLocks } from '../../src/service/locks.js';
import { createRequests } from '../../src/service/requests.js';

const START = Date.parse('2026-11-20T12:00:00Z');

/** A clock that stands still until it is moved. */
function testClock() {
  let now = START;
  const clock = () => new Date(now);
  return Object.assign(clock, {
    advance(milliseconds: number) {
      now += milliseconds;
    },
  });
}

/** Code of what a function throws. */
function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}

const identity = (user: string, ...roles: string[]) => ({ user, roles, traits: {} });
const loginOf = (user: string, ...roles: string[]): LoginSession => ({
  ...identity(user, ...roles),
  id: `login-of-${user}`,
  kind: 'bearer',
  requests: [],
  startedAt: new Date(START),
  expiresAt: new Date(START + 8 * 3_600_000),
});

describe('createLocks', () => {
  it('hits by any of its fields until it is over or removed', () => {
    const clock = testClock();
    const locks = createLocks([], clock);
    const bob = identity('bob', 'dev');
    const { id } = locks.create(
      { target: { role: 'dev' }, message: 'audit', seconds: 60 },
      'carol',
    );
    expect(locks.reason(bob)).toBe(`Locked by an administrator (${id}): audit`);
    expect(locks.reason(identity('bob'))).toBeUndefined();
    clock.advance(60_000);
    expect(locks.reason(bob)).toBeUndefined();
    expect(locks.list()).toEqual([]);
    locks.create({ target: { session: 's1', user: 'zoe' } }, 'carol');
    expect(locks.reason(bob, { sessions: ['s0', 's1'] })).toMatch('Locked');
    expect(locks.reason(identity('zoe'))).toMatch('Locked');
    locks.create({ target: { accessRequest: 'r1' } }, 'carol');
    expect(locks.reason({ ...bob, requests: ['r1'] })).toMatch('Locked');
    expect(codeOf(() => locks.remove('nope'))).toBe('not-found');
    for (const target of [{}, { user: '' }]) {
      expect(codeOf(() => locks.create({ target }, 'carol'))).toBe('malformed-request');
    }
  });

  it('of the documents are in force, and not removed here', () => {
    const document = {
      kind: 'lock',
      version: 'v2',
      metadata: { name: 'l' },
      spec: { target: { user: 'bob' } },
    } as const;
    const locks = createLocks([document], testClock());
    expect(locks.reason(identity('bob'))).toMatch('Locked by an administrator (l)');
    expect(codeOf(() => locks.remove('l'))).toBe('not-found');
  });
});

describe('createRequests', () => {
  const role = (name: string, allow: RoleConditions, options = {}) =>
    compileRole({ kind: 'role', version: 'v7', metadata: { name }, spec: { allow, options } });
  const threshold = { approve: 2, deny: 1 };
  const catalogue = [
    role('admin', {}, { max_session_ttl: '1h' }),
    role('asker', { request: { roles: ['admin'], thresholds: [threshold] } }),
    role('reviewer', { review_requests: { roles: ['admin'] } }),
  ];
  const setUp = () => {
    const clock = testClock();
    const requests = createRequests({
      clock,
      catalogue,
      roleSet: ({ user, roles }) =>
        createRoleSet(
          catalogue.filter(({ name }) => roles.includes(name)),
          { metadata: { name: user } },
        ),
    });
    const bob = loginOf('bob', 'asker', 'reviewer');
    const reviewers = ['carol', 'dan'].map((name) => loginOf(name, 'reviewer'));
    const ask = (durationSeconds?: number) =>
      requests.create(bob, { roles: ['admin'], reason: 'x', durationSeconds });
    return { clock, requests, bob, reviewers, ask };
  };

  it('needs as many reviews as its thresholds say', () => {
    const { requests, bob, reviewers, ask } = setUp();
    const { id } = ask();
    const [carol = bob, dan = bob] = reviewers;
    expect(requests.review(carol, id, { verdict: 'approve' }).state).toBe('pending');
    expect(codeOf(() => requests.review(carol, id, { verdict: 'approve' }))).toBe('not-allowed');
    expect(codeOf(() => requests.review(bob, id, { verdict: 'approve' }))).toBe('not-allowed');
    expect(codeOf(() => requests.grant(bob, id))).toBe('not-allowed');
    expect(requests.review(dan, id, { verdict: 'approve' }).state).toBe('approved');
    expect(requests.grant(bob, id)).toMatchObject({ id, roles: ['admin'] });
    expect(requests.get(bob, id).usable).toBe(true);
    expect(requests.get(carol, id).usable).toBe(false);
  });

  it('is over when time is: to review it, and to use it', () => {
    const { clock, requests, bob, reviewers, ask } = setUp();
    const [carol = bob, dan = bob] = reviewers;
    const late = ask().id;
    const used = ask(1800).id;
    for (const login of [carol, dan]) requests.review(login, used, { verdict: 'approve' });
    clock.advance(1_800_000);
    expect(requests.get(bob, used)).toMatchObject({ state: 'expired', usable: false });
    expect(() => requests.grant(bob, used)).toThrow('The request is expired: ask again.');
    expect(codeOf(() => requests.grant(bob, used))).toBe('not-allowed');
    clock.advance(1_800_000);
    expect(requests.get(bob, late).state).toBe('expired');
    expect(codeOf(() => requests.review(carol, late, { verdict: 'approve' }))).toBe('not-found');
  });

  it('is denied by one, and hidden from those without a part in it', () => {
    const { requests, bob, reviewers, ask } = setUp();
    const { id } = ask();
    expect(codeOf(() => requests.get(loginOf('eve', 'asker'), id))).toBe('not-found');
    expect(requests.list(loginOf('eve', 'asker'))).toEqual([]);
    const [carol = bob, dan = bob] = reviewers;
    requests.review(carol, id, { verdict: 'deny', reason: 'no' });
    expect(requests.get(bob, id)).toMatchObject({
      state: 'denied',
      reviews: [{ by: 'carol', verdict: 'deny', reason: 'no' }],
    });
    expect(codeOf(() => requests.review(dan, id, { verdict: 'approve' }))).toMatch(
      /conflict|not-found/,
    );
    expect(codeOf(() => requests.withdraw(bob, id))).toBe('not-allowed');
  });

  it('refuses what is too long, too large or too much', () => {
    const { requests, bob, ask } = setUp();
    expect(codeOf(() => ask(7200))).toBe('malformed-request');
    const much = { roles: Array(21).fill('admin'), reason: 'x' };
    expect(codeOf(() => requests.create(bob, much))).toBe('malformed-request');
    expect(codeOf(() => requests.create(bob, { roles: ['admin'], reason: 'x'.repeat(1001) }))).toBe(
      'malformed-request',
    );
    for (let count = 0; count < 100; count += 1) ask();
    expect(codeOf(() => ask())).toBe('conflict');
  });
});

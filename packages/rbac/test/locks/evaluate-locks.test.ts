import { describe, expect, it } from 'vitest';
import {
  evaluateLocks,
  lockTargetsOf,
  type RoleOptions,
  resolveLockMode,
} from '../../src/index.js';
import { NOW, role, roleSet } from '../support/make.js';

const lock = (target: object, expires?: string) => ({
  metadata: { name: 'l' },
  spec: { target, expires },
});
const locked = (locks: ReturnType<typeof lock>[], targets: object[] = [{ user: 'dana' }]) =>
  evaluateLocks(locks, { targets, now: NOW }).locked;

describe('evaluateLocks', () => {
  it('is over at the instant it names, and stands when the time cannot be read', () => {
    expect(locked([lock({ user: 'dana' }, '2026-01-15T10:00:00Z')])).toBe(false);
    expect(locked([lock({ user: 'dana' }, '2026-01-15T10:00:00.001Z')])).toBe(true);
    expect(locked([lock({ user: 'dana' }, 'tomorrow')])).toBe(true);
    expect(locked([lock({ user: 'dana' }, '')])).toBe(true);
    // A year alone, and a time of some place or other.
    expect(locked([lock({ user: 'dana' }, '1')])).toBe(true);
    expect(locked([lock({ user: 'dana' }, '2001-01-01T00:00:00')])).toBe(true);
    expect(locked([lock({ user: 'dana' }, '2001-01-01t00:00:00.5+02:00')])).toBe(false);
  });

  it('hits everything without targets, and nothing for empty ones', () => {
    expect(locked([lock({ user: 'x' })], [])).toBe(true);
    expect(locked([], [])).toBe(false);
    expect(locked([lock({ user: 'x' })], [{}, { user: '' }])).toBe(false);
  });

  it('knows the old name of a server', () => {
    expect(locked([lock({ node: 's1' })], [{ server_id: 's1' }])).toBe(true);
    expect(locked([lock({ server_id: 's1' })], [{ node: 's1' }])).toBe(true);
  });

  it('gives the locks that hit', () => {
    const locks = [lock({ user: 'dana' }), lock({ user: 'kim' })];
    expect(evaluateLocks(locks, { targets: [{ user: 'dana' }], now: NOW }).locks).toEqual([
      locks[0],
    ]);
  });
});

describe('lockTargetsOf', () => {
  it('makes one target with one field for each fact', () => {
    expect(
      lockTargetsOf({
        user: 'u',
        roles: ['a', 'b'],
        mfaDevice: 'm',
        deviceId: 'd',
        accessRequests: ['r'],
      }),
    ).toEqual([
      { role: 'a' },
      { role: 'b' },
      { user: 'u' },
      { mfa_device: 'm' },
      { device: 'd' },
      { access_request: 'r' },
    ]);
  });
});

describe('resolveLockMode', () => {
  it('lets strict win and otherwise the last role, which may relax', () => {
    const modes = (...list: RoleOptions['lock'][]) =>
      resolveLockMode(
        roleSet(list.map((mode, at) => role(`r${at}`, { options: { lock: mode } }))),
        'strict',
      );
    expect(modes('best_effort', undefined)).toBe('best_effort');
    expect(modes('strict', 'best_effort')).toBe('strict');
    expect(modes()).toBe('strict');
  });
});

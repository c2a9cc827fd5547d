import { describe, expect, it } from 'vitest';
import { createLogins, type LoginSession } from '../src/logins.js';

const START = Date.parse('2026-11-20T12:00:00Z');
const identity = (user: string, ...roles: string[]) => ({ user, roles, traits: {} });

describe('createLogins', () => {
  const open = (logins = createLogins(), kind: LoginSession['kind'] = 'portal', hours = 8) => ({
    logins,
    ...logins.open(identity('alice', 'a'), kind, {
      now: new Date(START),
      expiresAt: new Date(START + hours * 3_600_000),
    }),
  });
  const at = (minutes: number) => new Date(START + minutes * 60_000);

  it('knows a token by its kind, until idle or over', () => {
    const { logins, token, login } = open();
    expect(token.length).toBe(43);
    expect(logins.find(token, ['portal'], at(1))).toEqual(login);
    expect(logins.find(token, ['bearer', 'bot'], at(1))).toBeUndefined();
    expect(logins.find('', ['portal'], at(1))).toBeUndefined();
    expect(logins.find(token, ['portal'], at(31))).toEqual(login);
    expect(logins.find(token, ['portal'], at(62))).toBeUndefined();
    expect(open(logins, 'bearer').logins.get(login.id, at(481))).toBeUndefined();
  });

  it('adds the roles of requests until their end', () => {
    const { logins, token, login } = open(undefined, 'bearer');
    logins.grant(login.id, { id: 'r1', roles: ['b', 'a'], expiresAt: at(60) });
    expect(logins.find(token, ['bearer'], at(59))).toMatchObject({
      roles: ['a', 'b'],
      requests: ['r1'],
    });
    expect(logins.baseRoles(login.id)).toEqual(['a']);
    expect(logins.find(token, ['bearer'], at(60))).toMatchObject({ roles: ['a'], requests: [] });
  });

  it('lets one user push out nobody but himself', () => {
    const logins = createLogins(10, 2);
    const when = { now: new Date(START), expiresAt: at(60) };
    const other = logins.open(identity('bob'), 'bearer', when).token;
    const tokens = [1, 2, 3].map(() => logins.open(identity('alice'), 'bearer', when).token);
    const known = [other, ...tokens].map((token) => !!logins.find(token, ['bearer'], at(1)));
    expect(known).toEqual([true, false, true, true]);
  });
});

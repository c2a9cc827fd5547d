import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createVendedSessions, type NewVendedSession } from '../../src/vended/vended-sessions.js';

const START = Date.parse('2026-11-20T12:00:00Z');
const store = (options: { maxSessions?: number; maxPerOwner?: number } = {}) => {
  const time = { now: START };
  const sessions = createVendedSessions({
    clock: () => new Date(time.now),
    randomBytes,
    ...options,
  });
  return { sessions, time };
};
const session = (more: Partial<NewVendedSession> = {}): NewVendedSession => ({
  real: {
    accessKeyId: 'ASIAREAL',
    secretAccessKey: 'real-secret',
    sessionToken: 'real-token',
    expiration: new Date(START + 3_600_000),
  },
  mode: 'virtual',
  ownerKeyId: 'SP00OWNER',
  rootKeyId: 'SP00OWNER',
  ...more,
});

describe('createVendedSessions', () => {
  it('gives the client keys of its own and finds the real ones by them', () => {
    const { sessions } = store();
    const { client } = sessions.add(session({ assumedRoleArn: 'arn' }));
    expect(client.accessKeyId).toMatch(/^SV00[A-Z2-7]{16}$/);
    expect(client.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(client.sessionToken).toHaveLength(128);
    expect(sessions.find(client.accessKeyId)).toMatchObject({
      rootKeyId: 'SP00OWNER',
      mode: 'virtual',
      assumedRoleArn: 'arn',
      real: { accessKeyId: 'ASIAREAL' },
      client,
    });
    expect(sessions.find('ASIAREAL')).toBeUndefined();
    expect(sessions.find('__proto__')).toBeUndefined();
  });

  it('remembers the real keys where the client keeps them', () => {
    const { sessions } = store();
    const { client } = sessions.add(session({ mode: 'remember' }));
    expect(client).toMatchObject({ accessKeyId: 'ASIAREAL', sessionToken: 'real-token' });
    expect(sessions.find('ASIAREAL')?.mode).toBe('remember');
  });

  it('forgets a session at its end or at the end of its owner, whichever comes first', () => {
    const { sessions, time } = store();
    const long = sessions.add(session()).client.accessKeyId;
    const short = sessions.add(session({ notAfter: new Date(START + 1000) })).client.accessKeyId;
    const { expiration: _, ...endless } = session().real;
    const unknown = sessions.add(session({ real: endless })).client.accessKeyId;
    time.now = START + 999;
    expect(sessions.find(short)).toBeDefined();
    time.now = START + 1000;
    expect(sessions.find(short)).toBeUndefined();
    time.now = START + 900_000;
    expect(sessions.find(unknown)).toBeUndefined();
    expect(sessions.find(long)).toBeDefined();
    time.now = START + 3_600_000;
    expect(sessions.find(long)).toBeUndefined();
    expect(sessions.size).toBe(0);
  });

  it('drops the session that was used longest ago when it is full', () => {
    const { sessions } = store({ maxSessions: 2 });
    const [first, second] = [sessions.add(session()), sessions.add(session())];
    sessions.find(first.client.accessKeyId);
    const third = sessions.add(session());
    expect(sessions.size).toBe(2);
    expect(sessions.find(second.client.accessKeyId)).toBeUndefined();
    expect(sessions.find(first.client.accessKeyId)).toBeDefined();
    expect(sessions.find(third.client.accessKeyId)).toBeDefined();
  });

  it('lets one owner push out only its own sessions', () => {
    const { sessions } = store({ maxPerOwner: 2 });
    const other = sessions.add(session({ ownerKeyId: 'SP00OTHER', rootKeyId: 'SP00OTHER' }));
    const own = [1, 2, 3].map(() => sessions.add(session()).client.accessKeyId);
    expect(own.map((id) => sessions.find(id) !== undefined)).toEqual([false, true, true]);
    expect(sessions.find(other.client.accessKeyId)).toBeDefined();
  });

  it('counts a chain of sessions for the key that it began with', () => {
    const { sessions } = store({ maxPerOwner: 2 });
    const other = sessions.add(session({ ownerKeyId: 'SP00OTHER', rootKeyId: 'SP00OTHER' }));
    let ownerKeyId = 'SP00OWNER';
    for (let i = 0; i < 4; i += 1) {
      ownerKeyId = sessions.add(session({ ownerKeyId })).client.accessKeyId;
    }
    expect(sessions.size).toBe(3);
    expect(sessions.find(other.client.accessKeyId)).toBeDefined();
    sessions.forget('SP00OWNER');
    expect(sessions.size).toBe(1);
  });

  it('prefers to drop what has ended', () => {
    const { sessions, time } = store({ maxSessions: 2 });
    const used = sessions.add(session());
    sessions.add(session({ notAfter: new Date(START + 1) }));
    time.now = START + 2;
    sessions.add(session());
    expect(sessions.find(used.client.accessKeyId)).toBeDefined();
  });

  it('forgets with an owner what came from its sessions', () => {
    const { sessions } = store();
    const first = sessions.add(session());
    const chained = sessions.add(session({ ownerKeyId: first.client.accessKeyId }));
    const other = sessions.add(session({ ownerKeyId: 'SP00OTHER', rootKeyId: 'SP00OTHER' }));
    sessions.forget('SP00OWNER');
    expect(sessions.find(chained.client.accessKeyId)).toBeUndefined();
    expect(sessions.find(other.client.accessKeyId)).toBeDefined();
    expect(sessions.size).toBe(1);
  });

  it('takes nothing in for a session that is gone', () => {
    const { sessions } = store();
    const first = sessions.add(session()).client.accessKeyId;
    sessions.forget(first);
    const orphan = session({ ownerKeyId: first });
    expect(() => sessions.add(orphan)).toThrowWithCode(SigV4ProxyError, 'session-expired');
    expect(sessions.size).toBe(0);
  });

  it('takes a session in for one that gives way to it', () => {
    const { sessions } = store({ maxPerOwner: 1 });
    const first = sessions.add(session()).client.accessKeyId;
    const next = sessions.add(session({ ownerKeyId: first }));
    expect(next.ancestors).toEqual(['SP00OWNER', first]);
    expect(sessions.size).toBe(1);
  });

  it('shows no secret in inspect or JSON', () => {
    const { sessions } = store();
    const added = sessions.add(session());
    for (const shown of [
      inspect([sessions, added], { depth: 9, showHidden: true }),
      JSON.stringify([sessions, added]),
    ]) {
      for (const secret of [
        'real-secret',
        'real-token',
        added.client.secretAccessKey,
        added.client.sessionToken,
      ]) {
        expect(shown).not.toContain(secret);
      }
    }
  });
});

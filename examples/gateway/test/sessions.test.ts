import type { App } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { createLocalSessions } from '../src/sessions.js';

const now = new Date('2026-11-20T12:00:00Z');
const appResource: App = {
  kind: 'app',
  metadata: { name: 'aws' },
  spec: { uri: 'https://console.aws.amazon.com/' },
};
const session = {
  user: 'alice',
  who: () => 'alice',
  roleArn: 'arn:aws:iam::123456789012:role/a',
  appResource,
  app: { name: 'aws' },
  startedAt: now,
  expiresAt: new Date(now.getTime() + 60_000),
};

describe('createLocalSessions', () => {
  it('gives every session a key pair of its own that does not look like one of AWS', () => {
    const sessions = createLocalSessions();
    const [one, other] = [sessions.open(session), sessions.open(session)];
    expect(one.accessKeyId).toMatch(/^SP00[A-Z2-7]{16}$/);
    expect(one.accessKeyId).not.toBe(other.accessKeyId);
    expect(one.secretAccessKey).not.toBe(other.secretAccessKey);
    expect(sessions.find(one.accessKeyId, now)).toBe(one);
  });

  it('forgets a session that was over long ago', () => {
    const sessions = createLocalSessions();
    const { accessKeyId } = sessions.open(session);
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    expect(sessions.find(accessKeyId, later(30))).toBeDefined();
    expect(sessions.find(accessKeyId, later(62))).toBeUndefined();
  });

  it('keeps the reason of one that was ended, and lists it no more', () => {
    const sessions = createLocalSessions();
    const { session: opened } = sessions.open(session);
    expect(sessions.list(now)).toEqual([opened]);
    sessions.end(opened.sessionId, 'Locked.');
    sessions.end(opened.sessionId, 'Signed out.');
    expect(sessions.list(now)).toEqual([]);
    expect(sessions.find(opened.sessionId, now)?.session).toBe(opened);
    expect(sessions.endOf(opened)).toBe('Locked.');
  });

  it('lets no user push out the sessions of another', () => {
    const sessions = createLocalSessions(10, 2);
    const first = sessions.open({ ...session, user: 'bob' }).accessKeyId;
    const own = [1, 2, 3].map(() => sessions.open(session).accessKeyId);
    expect([first, ...own].map((key) => sessions.find(key, now) !== undefined)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('keeps no more sessions than it was told', () => {
    const sessions = createLocalSessions(2);
    const keys = [1, 2, 3].map(() => sessions.open(session).accessKeyId);
    expect(keys.map((key) => sessions.find(key, now) !== undefined)).toEqual([false, true, true]);
  });
});

import { describe, expect, it } from 'vitest';
import { createDeviceLogins } from '../src/device-logins.js';
import { codeOf, testClock } from './support/clock.js';

describe('createDeviceLogins', () => {
  it('counts guesses of the short code, and lets codes expire', () => {
    const clock = testClock();
    const alice = { user: 'alice' };
    const logins = createDeviceLogins({
      clock,
      publicAddress: 'https://postern.example.com',
      issue: ({ user }: { user: string }) => ({ token: `token of ${user}` }),
    });
    const { userCode, deviceCode } = logins.start('192.0.2.1');
    expect(logins.waiting(alice, userCode.toLowerCase().replace('-', ' '))).toMatchObject({
      address: '192.0.2.1',
      startedAt: clock(),
    });
    for (let count = 0; count < 20; count += 1)
      expect(logins.waiting(alice, 'AAAA-AAAA')).toBeUndefined();
    expect(codeOf(() => logins.waiting(alice, userCode))).toBe('too-many-attempts');
    expect(logins.waiting({ user: 'bob' }, userCode)).toBeDefined();
    clock.advance(10 * 60_000);
    expect(logins.waiting(alice, userCode)).toBeUndefined();
    expect(codeOf(() => logins.poll(deviceCode))).toBe('expired');
    expect(codeOf(() => logins.decide(alice, userCode, 'approve'))).toBe('expired');
  });

  it('count guesses on, however often somebody looks at a code of their own in between', () => {
    const logins = createDeviceLogins({
      clock: testClock(),
      publicAddress: 'https://postern.example.com',
      issue: ({ user }: { user: string }) => ({ token: `token of ${user}` }),
    });
    const mallory = { user: 'mallory' };
    const guess = () => codeOf(() => logins.waiting(mallory, 'AAAA-AAAA'));
    const outcomes = Array.from({ length: 40 }, (_, count) => {
      const own = logins.start(`192.0.2.${count}`).userCode;
      codeOf(() => logins.waiting(mallory, own));
      if (count % 2 === 0) codeOf(() => logins.decide(mallory, own, 'approve'));
      return guess();
    });
    expect(outcomes.indexOf('too-many-attempts')).toBe(20);
    expect(outcomes.slice(20).every((code) => code === 'too-many-attempts')).toBe(true);
    // Who makes no mistakes may confirm as many as they like.
    const carol = { user: 'carol' };
    for (let count = 0; count < 30; count += 1) {
      logins.decide(carol, logins.start('192.0.2.250').userCode, 'approve');
    }
  });

  it('hand out what was approved once, and say what was denied', () => {
    const logins = createDeviceLogins({
      clock: testClock(),
      publicAddress: 'https://postern.example.com',
      issue: ({ user }: { user: string }) => ({ token: `token of ${user}` }),
    });
    const [good, bad] = [logins.start('192.0.2.1'), logins.start('192.0.2.1')];
    expect(logins.poll(good.deviceCode)).toBeUndefined();
    logins.decide({ user: 'alice' }, good.userCode, 'approve');
    logins.decide({ user: 'alice' }, bad.userCode, 'deny');
    expect(logins.poll(good.deviceCode)).toEqual({ token: 'token of alice' });
    expect(codeOf(() => logins.poll(good.deviceCode))).toBe('expired');
    expect(codeOf(() => logins.poll(bad.deviceCode))).toBe('denied');
  });

  it('are not started without end from one address', () => {
    const logins = createDeviceLogins({
      clock: testClock(),
      publicAddress: 'https://postern.example.com',
      issue: ({ user }: { user: string }) => ({ token: `token of ${user}` }),
    });
    for (let count = 0; count < 30; count += 1) logins.start('192.0.2.1');
    expect(codeOf(() => logins.start('192.0.2.1'))).toBe('too-many-attempts');
    expect(logins.start('192.0.2.2').userCode).toHaveLength(9);
  });
});

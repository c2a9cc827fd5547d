import { describe, expect, it } from 'vitest';
import {
  createMemoryUsedSet,
  createSealedChallenges,
  JoinIamError,
} from '../../src/server/index.js';
import { NOW, PARAMETERS } from '../support/fixtures.js';

const KEY = Buffer.alloc(32, 7);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('createSealedChallenges', () => {
  const sealed = (usedSet = createMemoryUsedSet(), key = KEY) =>
    createSealedChallenges({ key, usedSet });

  it('lets one replica issue and another one take, once over all', async () => {
    const usedSet = createMemoryUsedSet();
    const [one, two] = [sealed(usedSet), sealed(usedSet)];
    const challenge = await one.issue(PARAMETERS, NOW);
    await expect(two.take(challenge, PARAMETERS, after(5))).resolves.toBe('fresh');
    await expect(one.take(challenge, PARAMETERS, after(5))).resolves.toBe('used');
  });

  it('does not open what another key sealed, unless it is a previous one', async () => {
    const challenge = await sealed().issue(PARAMETERS, NOW);
    const key = Buffer.alloc(32, 8);
    await expect(sealed(undefined, key).take(challenge, PARAMETERS, NOW)).resolves.toBe('unknown');
    const rotated = createSealedChallenges({
      key,
      previousKeys: [KEY],
      usedSet: createMemoryUsedSet(),
    });
    await expect(rotated.take(challenge, PARAMETERS, NOW)).resolves.toBe('fresh');
  });

  it('does not open a challenge with a changed byte', async () => {
    const store = sealed();
    const challenge = await store.issue(PARAMETERS, NOW);
    for (let i = 0; i < challenge.length; i += 1) {
      const changed = `${challenge.slice(0, i)}${challenge[i] === 'A' ? 'B' : 'A'}${challenge.slice(i + 1)}`;
      await expect(store.take(changed, PARAMETERS, NOW)).resolves.toBe('unknown');
    }
    await expect(store.take(challenge, PARAMETERS, NOW)).resolves.toBe('fresh');
  });

  it('does not accept a challenge from the future, but a clock that is a little behind', async () => {
    const store = sealed();
    const challenge = await store.issue(PARAMETERS, after(6));
    await expect(store.take(challenge, PARAMETERS, NOW)).resolves.toBe('unknown');
    await expect(store.take(challenge, PARAMETERS, after(2))).resolves.toBe('fresh');
  });

  it('refuses when the used-set is full, and goes on when ids have expired', async () => {
    const store = sealed(createMemoryUsedSet({ maxEntries: 1 }));
    const take = async (now: Date) =>
      store.take(await store.issue(PARAMETERS, now), PARAMETERS, now);
    await expect(take(NOW)).resolves.toBe('fresh');
    await expect(take(NOW)).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    await expect(take(after(66))).resolves.toBe('fresh');
  });

  it('carries 32 random bytes, the digest of the parameters, and 16 bytes of HMAC', async () => {
    const challenge = await sealed().issue(PARAMETERS, NOW);
    expect(Buffer.from(challenge, 'base64url')).toHaveLength(1 + 6 + 32 + 32 + 16);
  });

  it('is used up by wrong parameters', async () => {
    const store = sealed();
    const challenge = await store.issue(PARAMETERS, NOW);
    const other = { ...PARAMETERS, role: 'App' };
    await expect(store.take(challenge, other, NOW)).resolves.toBe('unknown');
    await expect(store.take(challenge, PARAMETERS, NOW)).resolves.toBe('used');
  });

  it('remembers a used one until its lifetime ends, also on a replica whose clock is behind', async () => {
    const store = sealed();
    const [first, second] = await Promise.all([
      store.issue(PARAMETERS, NOW),
      store.issue(PARAMETERS, NOW),
    ]);
    await store.take(first, PARAMETERS, after(1));
    // Adding another id is what makes the set forget expired ones.
    const late = await store.issue(PARAMETERS, after(30));
    await store.take(late, PARAMETERS, after(64));
    await expect(store.take(first, PARAMETERS, after(60))).resolves.toBe('used');
    await expect(store.take(second, PARAMETERS, after(60))).resolves.toBe('fresh');
  });

  it('limits what it issues in one lifetime, for each address and in all', async () => {
    const store = createSealedChallenges({
      key: KEY,
      usedSet: createMemoryUsedSet(),
      maxIssued: 3,
      maxIssuedPerAddress: 2,
    });
    const issue = (remoteAddress: string | undefined, now: Date) =>
      store.issue(PARAMETERS, now, { remoteAddress });
    const limited = (remoteAddress: string | undefined, now: Date) =>
      expect(issue(remoteAddress, now)).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    await issue('2001:db8::1', NOW);
    await issue('2001:db8::2', NOW);
    await limited('2001:db8::3', NOW);
    await issue('192.0.2.1', after(1));
    await limited('192.0.2.2', after(59));
    await limited(undefined, after(59));
    await issue('2001:db8::3', after(60));
    await issue('2001:db8::3', after(60));
    await limited('2001:db8::3', after(60));
    await issue('2001:db8::3', after(-600));
  });

  it.each<[string, Record<string, unknown>]>([
    ['no key', { key: undefined }],
    ['a text for a key', { key: '0'.repeat(32) }],
    ['a list for a key', { key: Array(32).fill('zz') }],
    ['a short previous key', { previousKeys: [Buffer.alloc(31)] }],
    ['no used-set', { usedSet: undefined }],
    ['a used-set without add', { usedSet: new Map() }],
    ['no room', { maxIssued: 0 }],
    ['no room for an address', { maxIssuedPerAddress: Number.NaN }],
  ])('refuses %s', (_, change) => {
    const options = { key: KEY, usedSet: createMemoryUsedSet(), ...change };
    expect(() => Reflect.apply(createSealedChallenges, undefined, [options])).toThrowWithCode(
      JoinIamError,
      'invalid-option',
    );
  });

  it('refuses a short key and an empty set', () => {
    expect(() => sealed(undefined, Buffer.alloc(31))).toThrowWithCode(
      JoinIamError,
      'invalid-option',
    );
    expect(() => createMemoryUsedSet({ maxEntries: 0 })).toThrowWithCode(
      JoinIamError,
      'invalid-option',
    );
  });
});

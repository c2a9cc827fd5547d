import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type ChallengeStore,
  challengeStoreContract,
  createJoinChallenge,
  createMemoryChallengeStore,
  createMemoryUsedSet,
  createSealedChallenges,
  JoinIamError,
} from '../../src/server/index.js';
import { NOW, PARAMETERS } from '../support/fixtures.js';

const KEY = Buffer.alloc(32, 7);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe.each<[string, () => ChallengeStore]>([
  ['memory store', () => createMemoryChallengeStore()],
  ['sealed challenges', () => createSealedChallenges({ key: KEY, usedSet: createMemoryUsedSet() })],
])('the contract of %s', (_, createStore) => {
  for (const property of challengeStoreContract({ createStore })) {
    it(property.name, () => property.run());
  }
});

describe('challengeStoreContract', () => {
  it.each<[string, (store: ChallengeStore) => Partial<ChallengeStore>]>([
    ['says fresh twice', () => ({ take: async () => 'fresh' })],
    ['forgets everything', () => ({ take: async () => 'unknown' })],
    ['gives one challenge to all', () => ({ issue: async () => 'A'.repeat(43) })],
    [
      'ignores the parameters',
      (store) => ({
        issue: (_, now) => store.issue({}, now),
        take: (challenge, _, now) => store.take(challenge, {}, now),
      }),
    ],
    ['ignores the time', (store) => ({ take: (c, p) => store.take(c, p, NOW) })],
    [
      'is not atomic',
      (store) => {
        const used = new Set<string>();
        return {
          take: async (challenge, parameters, now) => {
            if (used.has(challenge)) return 'used';
            const reread = await createMemoryCopy(store, challenge, parameters, now);
            used.add(challenge);
            return reread;
          },
        };
      },
    ],
  ])('finds a store that %s', async (_, breakIt) => {
    const createStore = () => {
      const store = createMemoryChallengeStore();
      return { ...store, ...breakIt(store) };
    };
    const results = await Promise.allSettled(
      challengeStoreContract({ createStore, now: NOW }).map((property) => property.run()),
    );
    const broken = results.filter(({ status }) => status === 'rejected');
    expect(broken.length).toBeGreaterThan(0);
  });
});

/** Answers as if the challenge were still there: a read that is not part of the removal. */
async function createMemoryCopy(
  store: ChallengeStore,
  challenge: string,
  parameters: Readonly<Record<string, string>>,
  now: Date,
) {
  const state = await store.take(challenge, parameters, now);
  return state === 'used' ? 'fresh' : state;
}

describe('createJoinChallenge', () => {
  it('writes 32 bytes in base64url without padding', () => {
    expect(createJoinChallenge({ randomBytes: (size) => Buffer.alloc(size, 0xfb) })).toBe(
      '-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s',
    );
    expect(createJoinChallenge()).toHaveLength(43);
  });
});

describe('createMemoryChallengeStore', () => {
  it('refuses to issue above its limits instead of forgetting', async () => {
    const store = createMemoryChallengeStore({ maxOutstanding: 3, maxPerAddress: 2 });
    const first = await store.issue(PARAMETERS, NOW, { remoteAddress: '192.0.2.1' });
    await store.issue(PARAMETERS, NOW, { remoteAddress: '192.0.2.1' });
    await expect(
      store.issue(PARAMETERS, NOW, { remoteAddress: '192.0.2.1' }),
    ).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    await store.issue(PARAMETERS, NOW, { remoteAddress: '192.0.2.2' });
    await expect(
      store.issue(PARAMETERS, NOW, { remoteAddress: '192.0.2.3' }),
    ).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    await expect(store.take(first, PARAMETERS, after(1))).resolves.toBe('fresh');
  });

  it('makes room when challenges are used or expire', async () => {
    const store = createMemoryChallengeStore({ maxOutstanding: 1, maxPerAddress: 1 });
    const q = { remoteAddress: '192.0.2.1' };
    const used = await store.issue(PARAMETERS, NOW, q);
    await store.take(used, PARAMETERS, NOW);
    const expired = await store.issue(PARAMETERS, NOW, q);
    await store.issue(PARAMETERS, after(61), q);
    await expect(store.take(expired, PARAMETERS, after(61))).resolves.toBe('expired');
  });

  it('holds ten thousand challenges in less than 20 MiB', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const store = createMemoryChallengeStore({ maxPerAddress: 10_000 });
    const before = heap();
    let last = '';
    for (let i = 0; i < 10_000; i += 1) {
      last = await store.issue(PARAMETERS, NOW, { remoteAddress: `192.0.2.${i % 256}` });
    }
    expect(heap() - before).toBeLessThan(20 * 1024 * 1024);
    await expect(store.take(last, PARAMETERS, NOW)).resolves.toBe('fresh');
  });

  it('refuses limits that make no sense', () => {
    for (const options of [
      { maxOutstanding: 0 },
      { maxPerAddress: Number.NaN },
      { lifetimeSeconds: 0 },
      { lifetimeSeconds: 601 },
    ]) {
      expect(() => createMemoryChallengeStore(options)).toThrowWithCode(
        JoinIamError,
        'invalid-option',
      );
    }
  });
});

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

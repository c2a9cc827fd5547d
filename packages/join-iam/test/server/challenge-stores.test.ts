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
    [
      'keeps a challenge that is presented with wrong parameters',
      (store) => ({
        take: async (challenge, parameters, now) =>
          parameters.publicKey === 'BBBB' ? 'unknown' : store.take(challenge, parameters, now),
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

  it('counts an IPv6 network as one address, and IPv4 in either notation', async () => {
    const store = createMemoryChallengeStore({ maxPerAddress: 1 });
    const issue = (remoteAddress: string) => store.issue(PARAMETERS, NOW, { remoteAddress });
    await issue('2001:db8:1:2:3:4:5:6');
    await expect(issue('2001:0DB8:1:2::1')).rejects.toThrowWithCode(
      JoinIamError,
      'challenge-limit',
    );
    await issue('2001:db8:1:3::1');
    await issue('192.0.2.1');
    for (const same of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
      await expect(issue(same)).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    }
    await issue('fe80::1%eth0');
    await expect(issue('fe80::2%eth1')).rejects.toThrowWithCode(JoinIamError, 'challenge-limit');
    await issue('::1');
    await issue('unix:/run/join.sock');
  });

  it('forgets the oldest used challenges rather than grow', async () => {
    const store = createMemoryChallengeStore({ maxOutstanding: 2 });
    const used: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const challenge = await store.issue(PARAMETERS, NOW);
      await store.take(challenge, PARAMETERS, NOW);
      used.push(challenge);
    }
    const states = await Promise.all(used.map((text) => store.take(text, PARAMETERS, NOW)));
    expect(states).toEqual(['unknown', 'used', 'used']);
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

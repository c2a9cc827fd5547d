import { JoinIamError } from '../../errors.js';
import type { ChallengeState } from '../join-context.js';
import type { ChallengeStore } from './challenge-store.js';

/** How to test a store. */
export interface ChallengeStoreContractOptions {
  /** Makes an empty store with the usual bounds. Called once for each property. */
  readonly createStore: () => ChallengeStore | Promise<ChallengeStore>;
  /** The lifetime the store is configured with, in seconds. Default 60. */
  readonly lifetimeSeconds?: number | undefined;
  /** The first moment the tests use. Default 2026-01-01. */
  readonly now?: Date | undefined;
}

/** One property every store must have; `run` rejects when it does not hold. */
export interface ChallengeStoreProperty {
  /** What must hold, as the name of a test. */
  readonly name: string;
  /** Fulfils when it holds; rejects with what is wrong. */
  readonly run: () => Promise<void>;
}

const PARAMETERS = { tokenName: 'contract', role: 'Node', publicKey: 'AAAA' };

/**
 * The contract of {@link ChallengeStore} as tests for any test runner. Run them against a store of your own,
 * on the real backend: the property that matters most is that parallel calls cannot both win.
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { challengeStoreContract, createMemoryChallengeStore } from '@postern/join-iam/server';
 *
 * const createStore = () => createMemoryChallengeStore();
 * for (const { name, run } of challengeStoreContract({ createStore })) test(name, run);
 * ```
 */
export function challengeStoreContract(
  options: ChallengeStoreContractOptions,
): readonly ChallengeStoreProperty[] {
  const { lifetimeSeconds = 60, now = new Date(Date.UTC(2026, 0, 1)) } = options;
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
  const property = (
    name: string,
    check: (store: ChallengeStore) => Promise<void>,
  ): ChallengeStoreProperty => ({ name, run: async () => check(await options.createStore()) });

  return [
    property(
      'gives a challenge that fits into a header and has 43 characters or more',
      async (store) => {
        const challenge = await store.issue(PARAMETERS, now);
        demand(
          /^[A-Za-z0-9_-]{43,256}$/.test(challenge),
          'base64url of at least 32 bytes',
          challenge,
        );
      },
    ),
    property('never gives a challenge twice', async (store) => {
      const all = await Promise.all(Array.from({ length: 50 }, () => store.issue(PARAMETERS, now)));
      demand(new Set(all).size === 50, '50 different challenges', String(new Set(all).size));
    }),
    property('answers fresh once, then used', async (store) => {
      const challenge = await store.issue(PARAMETERS, now);
      await expectState(store.take(challenge, PARAMETERS, after(1)), 'fresh');
      await expectState(store.take(challenge, PARAMETERS, after(1)), 'used');
      await expectState(store.take(challenge, PARAMETERS, after(2)), 'used');
    }),
    property('lets one of many parallel takers win', async (store) => {
      const challenge = await store.issue(PARAMETERS, now);
      const states = await Promise.all(
        Array.from({ length: 25 }, () => store.take(challenge, PARAMETERS, after(1))),
      );
      const fresh = states.filter((state) => state === 'fresh').length;
      demand(fresh === 1, 'one fresh answer', String(fresh));
    }),
    property('does not care in which order parameters are written', async (store) => {
      const challenge = await store.issue(PARAMETERS, now);
      const reversed = Object.fromEntries(Object.entries(PARAMETERS).reverse());
      await expectState(store.take(challenge, reversed, after(1)), 'fresh');
    }),
    property('knows no challenge it did not issue', async (store) => {
      await expectState(store.take('A'.repeat(43), PARAMETERS, now), 'unknown');
      await expectState(store.take('', PARAMETERS, now), 'unknown');
      await expectState(store.take('__proto__', PARAMETERS, now), 'unknown');
    }),
    property('binds a challenge to its join parameters', async (store) => {
      const challenge = await store.issue(PARAMETERS, now);
      const other = { ...PARAMETERS, publicKey: 'BBBB' };
      await expectState(store.take(challenge, other, after(1)), 'unknown');
    }),
    property('consumes a challenge also when the parameters are wrong', async (store) => {
      const challenge = await store.issue(PARAMETERS, now);
      await store.take(challenge, { ...PARAMETERS, publicKey: 'BBBB' }, after(1));
      const state = await store.take(challenge, PARAMETERS, after(1));
      demand(state !== 'fresh', 'any state but "fresh"', `"${state}"`);
    }),
    property('compares challenges exactly', async (store) => {
      for (const change of [
        (text: string) => `${text}=`,
        (text: string) => ` ${text}`,
        (text: string) => text.slice(0, -1),
        (text: string) => text.toLowerCase() + text.toUpperCase(),
      ]) {
        const challenge = await store.issue(PARAMETERS, now);
        await expectState(store.take(change(challenge), PARAMETERS, after(1)), 'unknown');
        await expectState(store.take(challenge, PARAMETERS, after(1)), 'fresh');
      }
    }),
    property('accepts a challenge until its lifetime ends, and not after', async (store) => {
      const inTime = await store.issue(PARAMETERS, now);
      const late = await store.issue(PARAMETERS, now);
      await expectState(store.take(inTime, PARAMETERS, after(lifetimeSeconds)), 'fresh');
      await expectState(store.take(late, PARAMETERS, after(lifetimeSeconds + 0.001)), 'expired');
    }),
  ];
}

async function expectState(
  state: Promise<ChallengeState>,
  expected: ChallengeState,
): Promise<void> {
  const got = await state;
  demand(got === expected, `"${expected}"`, `"${got}"`);
}

function demand(holds: boolean, expected: string, got: string): void {
  if (holds) return;
  throw new JoinIamError('callback-failed', {
    message: `The challenge store breaks its contract: expected ${expected}, got ${got}.`,
  });
}

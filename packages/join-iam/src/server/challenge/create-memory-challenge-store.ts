import { JoinIamError } from '../../errors.js';
import { canonicalParameters } from '../../wire/binding.js';
import { equalTexts } from '../../wire/equal-texts.js';
import type { ChallengeState } from '../join-context.js';
import { addressGroup } from './address-group.js';
import {
  type ChallengeStore,
  digestOf,
  refuseIssuing,
  resolveLifetimeMs,
} from './challenge-store.js';
import { type ChallengeOptions, createJoinChallenge } from './create-join-challenge.js';

/** Bounds of a memory store. */
export interface MemoryChallengeStoreOptions extends ChallengeOptions {
  /** How long a challenge may be answered, in seconds: up to 600. Default 60. */
  readonly lifetimeSeconds?: number | undefined;
  /** Most challenges that wait for an answer at one time. Default 10,000, about 5 MiB. */
  readonly maxOutstanding?: number | undefined;
  /** Most of them for one IPv4 address or IPv6 /64 network. Default 100. */
  readonly maxPerAddress?: number | undefined;
}

interface Entry {
  readonly parameters: string;
  readonly expires: number;
  readonly address: string | undefined;
}

/**
 * A challenge store in the memory of one process: correct for a single replica only. Bounded in number and
 * time; a full store refuses to issue instead of forgetting.
 *
 * @throws {@link JoinIamError} `invalid-option`
 * @example
 * ```ts
 * const store = createMemoryChallengeStore({ maxPerAddress: 20 });
 * ```
 */
export function createMemoryChallengeStore(
  options: MemoryChallengeStoreOptions = {},
): ChallengeStore {
  const { maxOutstanding = 10_000, maxPerAddress = 100 } = options;
  const lifetimeMs = resolveLifetimeMs(options.lifetimeSeconds);
  if (!(maxOutstanding >= 1) || !(maxPerAddress >= 1)) {
    throw new JoinIamError('invalid-option', {
      message: 'The options maxOutstanding and maxPerAddress must be at least 1.',
    });
  }
  // Both in order of insertion, so the oldest come first. Keys are digests, never a stranger's text.
  const outstanding = new Map<string, Entry>();
  const spent = new Map<string, 'used' | 'expired'>();
  const perAddress = new Map<string, number>();

  function release(key: string, entry: Entry, state: 'used' | 'expired'): void {
    outstanding.delete(key);
    spent.set(key, state);
    if (entry.address !== undefined) {
      const left = (perAddress.get(entry.address) ?? 0) - 1;
      if (left > 0) perAddress.set(entry.address, left);
      else perAddress.delete(entry.address);
    }
    // Forgetting a spent challenge makes it unknown, which is refused as well.
    for (const oldest of spent.keys()) {
      if (spent.size <= maxOutstanding) break;
      spent.delete(oldest);
    }
  }

  function expire(now: number): void {
    for (const [key, entry] of outstanding) {
      if (entry.expires >= now) break;
      release(key, entry, 'expired');
    }
  }

  return {
    async issue(parameters, now, { remoteAddress } = {}) {
      expire(now.getTime());
      const address = remoteAddress === undefined ? undefined : addressGroup(remoteAddress);
      const ofAddress = address === undefined ? 0 : (perAddress.get(address) ?? 0);
      if (ofAddress >= maxPerAddress) refuseIssuing(`limit for address ${address}`);
      if (outstanding.size >= maxOutstanding) refuseIssuing('limit for all addresses');
      const challenge = createJoinChallenge(options);
      outstanding.set(digestOf(challenge), {
        parameters: digestOf(canonicalParameters(parameters)),
        expires: now.getTime() + lifetimeMs,
        address,
      });
      if (address !== undefined) perAddress.set(address, ofAddress + 1);
      return challenge;
    },
    // No await before the entry is gone: that is what makes it atomic.
    async take(challenge, parameters, now): Promise<ChallengeState> {
      expire(now.getTime());
      const key = digestOf(challenge);
      const entry = outstanding.get(key);
      if (!entry) return spent.get(key) ?? 'unknown';
      release(key, entry, 'used');
      return equalTexts(entry.parameters, digestOf(canonicalParameters(parameters)))
        ? 'fresh'
        : 'unknown';
    },
  };
}

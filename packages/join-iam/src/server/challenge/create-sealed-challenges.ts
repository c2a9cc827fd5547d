import { createHmac, timingSafeEqual } from 'node:crypto';
import { systemRandomBytes } from '../../defaults.js';
import { JoinIamError } from '../../errors.js';
import { canonicalParameters } from '../../wire/binding.js';
import { type ChallengeStore, digestOf, resolveLifetimeMs } from './challenge-store.js';
import type { ChallengeOptions } from './create-join-challenge.js';
import type { UsedSet } from './create-memory-used-set.js';

/** What sealed challenges need. */
export interface SealedChallengesOptions extends ChallengeOptions {
  /** The key all replicas share: at least 32 random bytes. */
  readonly key: Uint8Array;
  /** Keys that still open, for changing the key without refusing joins in flight. Default none. */
  readonly previousKeys?: readonly Uint8Array[] | undefined;
  /**
   * Remembers which challenges were used. Share it between replicas: with one set for each replica, a captured
   * request can be replayed once on each of them within the lifetime.
   */
  readonly usedSet: UsedSet;
  /** How long a challenge may be answered, in seconds: up to 600. Default 60. */
  readonly lifetimeSeconds?: number | undefined;
}

const VERSION = 1;
const TIME_BYTES = 6;
const NONCE_BYTES = 32;
const TAG_BYTES = 16;
const SEALED_BYTES = 1 + TIME_BYTES + NONCE_BYTES;
const CHARACTERS = Math.ceil(((SEALED_BYTES + TAG_BYTES) * 4) / 3);

/** Clocks of replicas differ a little. */
const MAX_AHEAD_MS = 5_000;

/**
 * Challenges that carry their own proof of origin instead of being remembered: version, time of issue, 32
 * random bytes, and a truncated HMAC-SHA-256 over these and the join parameters. Issuing costs no memory, and
 * any replica with the key can check one; only used ones are remembered, for their lifetime.
 *
 * @throws {@link JoinIamError} `invalid-option`
 */
export function createSealedChallenges(options: SealedChallengesOptions): ChallengeStore {
  const { usedSet, randomBytes = systemRandomBytes } = options;
  const keys = [options.key, ...(options.previousKeys ?? [])].map((key) => Buffer.from(key));
  const lifetimeMs = resolveLifetimeMs(options.lifetimeSeconds);
  if (keys.some((key) => key.length < 32)) {
    throw new JoinIamError('invalid-option', {
      message: 'The option key must have at least 32 random bytes.',
    });
  }
  const [sealingKey = Buffer.alloc(0)] = keys;

  return {
    async issue(parameters, now) {
      const sealed = Buffer.alloc(SEALED_BYTES);
      sealed.writeUInt8(VERSION, 0);
      sealed.writeUIntBE(now.getTime(), 1, TIME_BYTES);
      sealed.set(randomBytes(NONCE_BYTES), 1 + TIME_BYTES);
      return Buffer.concat([sealed, tagOf(sealingKey, sealed, parameters)]).toString('base64url');
    },
    async take(challenge, parameters, now) {
      const bytes = decode(challenge);
      if (!bytes) return 'unknown';
      const sealed = bytes.subarray(0, SEALED_BYTES);
      const tag = bytes.subarray(SEALED_BYTES);
      const isOurs = keys.some((key) => timingSafeEqual(tagOf(key, sealed, parameters), tag));
      const issued = sealed.readUIntBE(1, TIME_BYTES);
      if (!isOurs || sealed[0] !== VERSION || issued - now.getTime() > MAX_AHEAD_MS)
        return 'unknown';
      const expires = issued + lifetimeMs;
      if (now.getTime() > expires) return 'expired';
      // Kept a little longer than it can be presented, for replicas whose clock is behind.
      return (await usedSet.add(digestOf(challenge), new Date(expires + MAX_AHEAD_MS), now))
        ? 'fresh'
        : 'used';
    },
  };
}

function tagOf(
  key: Buffer,
  sealed: Uint8Array,
  parameters: Readonly<Record<string, string>>,
): Buffer {
  return createHmac('sha256', key)
    .update(sealed)
    .update(canonicalParameters(parameters), 'utf8')
    .digest()
    .subarray(0, TAG_BYTES);
}

/** Decoders accept many spellings of the same bytes; only the one that was issued counts. */
function decode(challenge: string): Buffer | undefined {
  if (challenge.length !== CHARACTERS) return undefined;
  const bytes = Buffer.from(challenge, 'base64url');
  return bytes.toString('base64url') === challenge ? bytes : undefined;
}

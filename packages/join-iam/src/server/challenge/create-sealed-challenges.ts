import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { systemRandomBytes } from '../../defaults.js';
import { JoinIamError } from '../../errors.js';
import { canonicalParameters } from '../../wire/binding.js';
import { type ChallengeStore, digestOf, resolveLifetimeMs } from './challenge-store.js';
import type { ChallengeOptions } from './create-join-challenge.js';
import type { UsedSet } from './create-memory-used-set.js';
import { limitIssuing } from './limit-issuing.js';

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
  /** Most challenges this process issues within one lifetime. Default 100,000, as many as a used-set holds. */
  readonly maxIssued?: number | undefined;
  /** Most of them for one IPv4 address or IPv6 /64 network. Default 1,000: many machines may share an address. */
  readonly maxIssuedPerAddress?: number | undefined;
}

const VERSION = 1;
const TIME_BYTES = 6;
const NONCE_BYTES = 32;
const DIGEST_BYTES = 32;
const TAG_BYTES = 16;
const DIGEST_START = 1 + TIME_BYTES + NONCE_BYTES;
const SEALED_BYTES = DIGEST_START + DIGEST_BYTES;
const CHARACTERS = Math.ceil(((SEALED_BYTES + TAG_BYTES) * 4) / 3);

/** Clocks of replicas differ a little. */
const MAX_AHEAD_MS = 5_000;

/**
 * Challenges that carry their own proof of origin instead of being remembered: version, time of issue, 32
 * random bytes, the digest of the join parameters, and a truncated HMAC-SHA-256 over all of it. Issuing costs no
 * memory for a challenge, and any replica with the key can check one; only used ones are remembered, for their
 * lifetime. Each process limits what it issues, in windows of one lifetime.
 *
 * @throws {@link JoinIamError} `invalid-option`
 * @example
 * ```ts
 * const store = createSealedChallenges({
 *   key: crypto.getRandomValues(new Uint8Array(32)), // the same on all replicas
 *   usedSet: createMemoryUsedSet(), // one process; share one between replicas
 * });
 * ```
 */
export function createSealedChallenges(options: SealedChallengesOptions): ChallengeStore {
  const { usedSet, randomBytes = systemRandomBytes } = options;
  const keys = readKeys(options);
  const lifetimeMs = resolveLifetimeMs(options.lifetimeSeconds);
  if (typeof usedSet?.add !== 'function') {
    throw new JoinIamError('invalid-option', {
      message: 'The option usedSet must be a used-set, for example one of createMemoryUsedSet.',
    });
  }
  const countIssued = limitIssuing({
    windowMs: lifetimeMs,
    maxIssued: options.maxIssued ?? 100_000,
    maxIssuedPerAddress: options.maxIssuedPerAddress ?? 1_000,
  });
  const [sealingKey = Buffer.alloc(0)] = keys;

  return {
    async issue(parameters, now, { remoteAddress } = {}) {
      countIssued(now, remoteAddress);
      const sealed = Buffer.alloc(SEALED_BYTES);
      sealed.writeUInt8(VERSION, 0);
      sealed.writeUIntBE(now.getTime(), 1, TIME_BYTES);
      sealed.set(randomBytes(NONCE_BYTES), 1 + TIME_BYTES);
      sealed.set(digestOfParameters(parameters), DIGEST_START);
      return Buffer.concat([sealed, tagOf(sealingKey, sealed)]).toString('base64url');
    },
    async take(challenge, parameters, now) {
      const bytes = decode(challenge);
      if (!bytes) return 'unknown';
      const sealed = bytes.subarray(0, SEALED_BYTES);
      const tag = bytes.subarray(SEALED_BYTES);
      const isOurs = keys.some((key) => timingSafeEqual(tagOf(key, sealed), tag));
      const issued = sealed.readUIntBE(1, TIME_BYTES);
      if (!isOurs || sealed[0] !== VERSION || issued - now.getTime() > MAX_AHEAD_MS)
        return 'unknown';
      const expires = issued + lifetimeMs;
      if (now.getTime() > expires) return 'expired';
      // Used up before the parameters are compared: an attempt with wrong ones is an attempt.
      // Kept a little longer than it can be presented, for replicas whose clock is behind.
      const until = new Date(expires + MAX_AHEAD_MS);
      if (!(await usedSet.add(digestOf(challenge), until, now))) return 'used';
      const digest = sealed.subarray(DIGEST_START);
      return timingSafeEqual(digest, digestOfParameters(parameters)) ? 'fresh' : 'unknown';
    },
  };
}

function readKeys(options: SealedChallengesOptions): readonly Buffer[] {
  return [options.key, ...(options.previousKeys ?? [])].map((key) => {
    // Texts and lists of numbers become bytes too, but seldom the bytes that were meant.
    if (key instanceof Uint8Array && key.length >= 32) return Buffer.from(key);
    throw new JoinIamError('invalid-option', {
      message: 'The options key and previousKeys must be Uint8Arrays of at least 32 random bytes.',
    });
  });
}

function digestOfParameters(parameters: Readonly<Record<string, string>>): Buffer {
  return createHash('sha256').update(canonicalParameters(parameters), 'utf8').digest();
}

function tagOf(key: Buffer, sealed: Uint8Array): Buffer {
  return createHmac('sha256', key).update(sealed).digest().subarray(0, TAG_BYTES);
}

/** Decoders accept many spellings of the same bytes; only the one that was issued counts. */
function decode(challenge: string): Buffer | undefined {
  if (challenge.length !== CHARACTERS) return undefined;
  const bytes = Buffer.from(challenge, 'base64url');
  return bytes.toString('base64url') === challenge ? bytes : undefined;
}

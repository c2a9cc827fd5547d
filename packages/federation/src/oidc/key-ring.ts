import { systemClock } from '../defaults.js';
import { FederationError } from '../errors.js';
import { keySetOf, type PublicSigningKey } from './jwks.js';
import type { SigningKey } from './signing-key.js';

/** Gives the key that signs and the keys that verifiers may still meet. Called for each token and key set. */
export interface SigningKeySource {
  /** The keys of this moment. */
  current(): Promise<{
    /** Signs new tokens. */
    readonly active: SigningKey;
    /** All trusted public keys, the active one first. */
    readonly published: readonly PublicSigningKey[];
  }>;
}

/** How a {@link SigningKeyRing} rotates. */
export interface SigningKeyRingOptions {
  /** The keys at the start, the active one first; the others are published only. At least one. */
  readonly keys: readonly [SigningKey, ...SigningKey[]];
  /** Default: the clock of the machine. */
  readonly clock?: (() => Date) | undefined;
  /** How long a new key is published before it signs: the cache time of the key set. Default 300. */
  readonly publishAheadSeconds?: number | undefined;
  /** How long a key stays published after its last signature: the longest life of a token. Default 86400. */
  readonly keepSeconds?: number | undefined;
}

/** Keys that follow one another. */
export interface SigningKeyRing extends SigningKeySource {
  /** Publishes a key now and signs with it once verifiers have had time to read the key set. */
  add(key: SigningKey): void;
}

interface Held {
  readonly key: SigningKey;
  /** When it starts to sign; undefined for a key that is published only. */
  readonly activeFrom: number | undefined;
}

/**
 * Keeps signing keys and rotates them without a gap: a new key is published, signs after the cache time of the key
 * set, and the old one is withdrawn when its last token has ended.
 *
 * @throws {@link FederationError} `no-signing-key` without keys, `invalid-argument` for a negative time
 *
 * @example
 * ```ts
 * const ring = createSigningKeyRing({ keys: [await generateSigningKey()] });
 * ring.add(await generateSigningKey()); // published now, signs in five minutes
 * ```
 */
export function createSigningKeyRing(options: SigningKeyRingOptions): SigningKeyRing {
  const clock = options.clock ?? systemClock;
  const aheadMs = seconds(options.publishAheadSeconds ?? 300, 'publishAheadSeconds');
  const keepMs = seconds(options.keepSeconds ?? 86_400, 'keepSeconds');
  const [first, ...others] = options.keys;
  if (first === undefined) {
    throw new FederationError({
      code: 'no-signing-key',
      message: 'A key ring needs at least one signing key.',
    });
  }
  let held: readonly Held[] = [
    ...others.map((key) => ({ key, activeFrom: undefined })),
    { key: first, activeFrom: Number.NEGATIVE_INFINITY },
  ];

  const activeAt = (now: number): SigningKey =>
    held.reduce(
      (newest, { key, activeFrom }) =>
        activeFrom !== undefined && activeFrom <= now ? key : newest,
      first,
    );

  return {
    add(key) {
      const now = clock().getTime();
      held = [...withoutWithdrawn(held, now, keepMs), { key, activeFrom: now + aheadMs }];
    },
    async current() {
      const now = clock().getTime();
      held = withoutWithdrawn(held, now, keepMs);
      const active = activeAt(now);
      const others = held.map(({ key }) => key.publicKey).reverse();
      return { active, published: keySetOf([active.publicKey, ...others]).keys };
    },
  };
}

/** A key is withdrawn when the next one has signed for longer than a token lives. */
function withoutWithdrawn(held: readonly Held[], now: number, keepMs: number): readonly Held[] {
  return held.filter(({ activeFrom }, index) => {
    if (activeFrom === undefined) return true;
    const next = held.slice(index + 1).find((later) => later.activeFrom !== undefined);
    return next?.activeFrom === undefined || now <= next.activeFrom + keepMs;
  });
}

function seconds(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 0) return value * 1000;
  throw new FederationError({
    code: 'invalid-argument',
    message: `The option ${name} must be a number of seconds, zero or more.`,
  });
}

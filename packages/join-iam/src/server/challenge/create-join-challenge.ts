import { systemRandomBytes } from '../../defaults.js';

/** Where randomness comes from. */
export interface ChallengeOptions {
  /** A cryptographically secure source of bytes. Default: that of the platform. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
}

/**
 * Makes a challenge: 32 random bytes in base64url without padding. Remembering it and letting it serve one
 * attempt only is the business of a {@link ChallengeStore}.
 *
 * @returns 43 characters of `A–Z a–z 0–9 - _`
 *
 * @example
 * ```ts
 * const challenge = createJoinChallenge(); // 32 bytes as base64url; keep it, and accept it once
 * ```
 */
export function createJoinChallenge(options: ChallengeOptions = {}): string {
  const { randomBytes = systemRandomBytes } = options;
  return Buffer.from(randomBytes(32)).toString('base64url');
}

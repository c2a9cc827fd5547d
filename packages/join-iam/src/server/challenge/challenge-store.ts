import { createHash } from 'node:crypto';
import { JoinIamError } from '../../errors.js';
import { CHALLENGE_LIFETIME_SECONDS } from '../../wire/constants.js';
import type { ChallengeState } from '../join-context.js';

/** Who asks for a challenge. */
export interface IssueOptions {
  /** Address of the peer, for the limit per address. Default: only the global limit holds. */
  readonly remoteAddress?: string | undefined;
}

/**
 * Issues challenges and lets each serve one attempt. With several replicas the store must be shared, or
 * sealed challenges with a shared used-set take its place. `challengeStoreContract` tests an implementation.
 */
export interface ChallengeStore {
  /**
   * Makes a challenge for exactly these join parameters and remembers or seals it.
   *
   * @throws {@link JoinIamError} `challenge-limit` when too many are outstanding
   */
  issue(
    parameters: Readonly<Record<string, string>>,
    now: Date,
    options?: IssueOptions,
  ): Promise<string>;
  /**
   * Consumes a challenge, atomically: of any number of calls with one challenge, on any replica, at most one
   * answers `fresh`, and a call with other join parameters consumes it too. Called before anything of the
   * request is read.
   */
  take(
    challenge: string,
    parameters: Readonly<Record<string, string>>,
    now: Date,
  ): Promise<ChallengeState>;
}

/** @throws JoinIamError `invalid-option` */
export function resolveLifetimeMs(lifetimeSeconds: number = CHALLENGE_LIFETIME_SECONDS): number {
  if (lifetimeSeconds > 0 && lifetimeSeconds <= 600) return lifetimeSeconds * 1000;
  throw new JoinIamError('invalid-option', {
    message: 'The option lifetimeSeconds must be more than 0 and at most 600.',
  });
}

/** @throws JoinIamError `challenge-limit` */
export function refuseIssuing(detail: string): never {
  throw new JoinIamError('challenge-limit', {
    message: 'The server has too many challenges outstanding; try again in a minute.',
    detail,
  });
}

/** 43 characters under which a challenge is remembered: comparing digests tells nothing about the challenge. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

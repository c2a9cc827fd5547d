import type { ChallengeState } from '../join-context.js';
import type { ChallengeStore } from './challenge-store.js';

/** No store issues a longer one. */
const MAX_CHALLENGE_LENGTH = 256;

/** Takes a challenge that a stranger presented: what cannot be one never reaches the store. */
export async function takeChallenge(
  store: ChallengeStore,
  challenge: unknown,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): Promise<ChallengeState> {
  if (typeof challenge !== 'string' || challenge.length > MAX_CHALLENGE_LENGTH) return 'unknown';
  return store.take(challenge, parameters, now);
}

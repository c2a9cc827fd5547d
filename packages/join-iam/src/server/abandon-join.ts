import { systemClock } from '../defaults.js';
import { JoinIamError } from '../errors.js';
import type { BeginJoinOptions } from './begin-join.js';
import { takeChallenge } from './challenge/take-challenge.js';
import { checkJoinParameters } from './check-join-parameters.js';
import { checkChallengeState } from './request/check-challenge.js';
import { withAudit } from './with-audit.js';

/** What `abandonJoin` needs. */
export interface AbandonJoinOptions extends Omit<BeginJoinOptions, 'token'> {
  /** The challenge the joiner was given. */
  readonly challenge: string;
  /** Why the joiner cannot sign, in its own words, for example the code of its error. Untrusted. */
  readonly reason: string;
}

/**
 * The end of a join whose joiner cannot sign and says so, instead of just going away: consumes the challenge,
 * which makes room for another, and records why as `joiner-gave-up`. A challenge that was not issued here, or was
 * answered already, is recorded as what it is.
 *
 * @throws {@link JoinIamError} `challenge-unknown`, `challenge-reused`, `challenge-expired`; `request-malformed`,
 *   `request-too-large`, `callback-failed`, `audit-failed`
 */
export async function abandonJoin(options: AbandonJoinOptions): Promise<void> {
  const { store, parameters, remoteAddress, clock = systemClock, onAudit } = options;
  const reason: unknown = options.reason;
  const gaveUp = new JoinIamError('joiner-gave-up', {
    message: 'The joiner cannot sign the challenge.',
    detail: typeof reason === 'string' ? reason : 'no reason given',
  });
  const facts = { parameters, remoteAddress };
  try {
    await withAudit({ facts, clock, onAudit, recordSuccess: false }, async () => {
      checkJoinParameters(parameters);
      // Only who was given a challenge may say that it gives up.
      checkChallengeState(await takeChallenge(store, options.challenge, parameters, clock()));
      throw gaveUp;
    });
  } catch (error) {
    if (error !== gaveUp) throw error;
  }
}

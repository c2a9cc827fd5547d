import { JoinIamError, type JoinIamErrorCode } from '../../errors.js';
import { equalTexts } from '../../wire/equal-texts.js';
import type { ChallengeState, ResolvedJoinContext } from '../join-context.js';

/** Step 0: what the store said decides before a byte of the request is read. */
export function checkChallengeState(state: ChallengeState): void {
  if (state === 'fresh') return;
  if (state === 'used') {
    throw new JoinIamError('challenge-reused', {
      message: 'The challenge was used before; each one serves a single attempt. Start again.',
    });
  }
  if (state === 'expired') {
    throw new JoinIamError('challenge-expired', {
      message: 'The challenge has expired; start again and answer within its lifetime.',
    });
  }
  // Also any answer a store should not give: what is not fresh is refused.
  throw new JoinIamError('challenge-unknown', {
    message: 'This server did not issue the challenge for these join parameters.',
  });
}

/** Step 17: freshness, then relay, then key swap. Whole values, byte for byte. */
export function checkChallengeValues(
  headers: ReadonlyMap<string, string>,
  context: ResolvedJoinContext,
): void {
  const { names, challenge, audience, binding } = context;
  if (!equalTexts(headers.get(names.lower.challenge) ?? '', challenge)) {
    throw new JoinIamError('challenge-mismatch', {
      message: 'The signed challenge is not the one this server issued.',
    });
  }
  checkValue(headers.get(names.lower.audience), audience, [
    'audience-missing',
    `The server requires the signed header "${names.audience}" with its name.`,
    'audience-mismatch',
    'The signed audience is not the name of this server.',
  ]);
  checkValue(headers.get(names.lower.binding), binding, [
    'binding-missing',
    `The server requires the signed header "${names.binding}" over the join parameters.`,
    'binding-mismatch',
    'The signed binding does not fit the join parameters this server received.',
  ]);
}

function checkValue(
  value: string | undefined,
  expected: string | undefined,
  [missing, missingMessage, mismatch, mismatchMessage]: readonly [
    JoinIamErrorCode,
    string,
    JoinIamErrorCode,
    string,
  ],
): void {
  if (expected === undefined) return;
  if (value === undefined) throw new JoinIamError(missing, { message: missingMessage });
  if (!equalTexts(value, expected)) throw new JoinIamError(mismatch, { message: mismatchMessage });
}

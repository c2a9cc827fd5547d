import { systemClock } from '../defaults.js';
import type { Token } from '../token/types.js';
import type { JoinParameters } from '../wire/binding.js';
import type { ChallengeStore } from './challenge/challenge-store.js';
import { checkJoinParameters } from './check-join-parameters.js';
import { checkJoinToken } from './check-join-token.js';
import type { JoinAuditSink } from './join-audit-record.js';
import { withAudit } from './with-audit.js';

/** What `beginJoin` needs. */
export interface BeginJoinOptions {
  /** What the look-up of `parameters.tokenName` found. */
  readonly token: Token | undefined;
  readonly store: ChallengeStore;
  /** What the joiner asks for; the challenge is bound to it. Untrusted. */
  readonly parameters: JoinParameters;
  /** Address of the peer, for the limit per address and the audit record. Default: none. */
  readonly remoteAddress?: string | undefined;
  /** Default: the clock of the process. */
  readonly clock?: (() => Date) | undefined;
  /** Receives a record when the joiner is refused here. Default: none. */
  readonly onAudit?: JoinAuditSink | undefined;
}

/**
 * The first half of a join: checks the token and issues a challenge. Nothing about the joiner is proven.
 *
 * @returns the challenge to send to the joiner
 * @throws {@link JoinIamError} of the stage `token`; `request-malformed` and `request-too-large` for the
 *   parameters; `challenge-limit`. Tell the joiner what `describeRefusal` makes of it, nothing else.
 * @example
 * ```ts
 * declare const body: unknown; // from the joiner
 * declare const server: { tokens: Map<string, Token>; store: ChallengeStore };
 *
 * const parameters = readJoinParameters(body);
 * const token = server.tokens.get(parameters.tokenName);
 * const challenge = await beginJoin({ token, store: server.store, parameters });
 * ```
 */
export function beginJoin(options: BeginJoinOptions): Promise<string> {
  const { token, store, parameters, remoteAddress, clock = systemClock } = options;
  const facts = { parameters, remoteAddress };
  return withAudit({ facts, clock, onAudit: options.onAudit, recordSuccess: false }, async () => {
    const now = clock();
    checkJoinParameters(parameters);
    const { tokenName, role } = parameters;
    checkJoinToken(token, { tokenName, role, now });
    return store.issue(parameters, now, { remoteAddress });
  });
}

import { systemClock } from '../defaults.js';
import { JoinIamError, type RuleReason } from '../errors.js';
import { matchAllowRules, needsOrganization } from '../token/match-allow-rules.js';
import type { Token } from '../token/types.js';
import { type JoinParameters, joinBinding } from '../wire/binding.js';
import { causeName } from '../wire/cause-name.js';
import { type JoinRequest, readJoinRequest } from '../wire/join-request.js';
import type { ChallengeStore } from './challenge/challenge-store.js';
import { takeChallenge } from './challenge/take-challenge.js';
import { checkJoinParameters } from './check-join-parameters.js';
import { checkJoinToken } from './check-join-token.js';
import { checkVerifyOptions } from './check-verify-options.js';
import { type InspectedJoinRequest, inspectWithClaims } from './inspect-join-request.js';
import type { AttemptFacts, JoinAuditSink } from './join-audit-record.js';
import type { ChallengeState, JoinContext } from './join-context.js';
import { checkChallengeState } from './request/check-challenge.js';
import {
  type OrganizationAnswer,
  type OrganizationResolver,
  resolveOrganization,
} from './resolve-organization.js';
import { toAbortError, untilAborted } from './sts/attempt-signal.js';
import type { CallerIdentity } from './sts/read-caller-identity.js';
import { sendToSts } from './sts/send-to-sts.js';
import type { StsTransport } from './sts/types.js';
import { withAudit } from './with-audit.js';

/** What `verifyJoinRequest` needs. */
export interface VerifyJoinRequestOptions {
  /** What the look-up of `parameters.tokenName` found. */
  readonly token: Token | undefined;
  readonly store: ChallengeStore;
  /** The same join parameters the challenge was issued for. */
  readonly parameters: JoinParameters;
  /** The challenge this joiner was given, or says it was given: the store decides. */
  readonly challenge: string;
  /** Audience, binding, accepted hosts, clock window and header names. Default: the defaults of each. */
  readonly context?: Partial<Omit<JoinContext, 'now' | 'challenge' | 'challengeState'>> | undefined;
  /**
   * Joiners must have signed the `joinBinding` of exactly these `parameters`; takes the place of
   * `context.binding`. Default false.
   */
  readonly requireBinding?: boolean | undefined;
  /** Sends to STS. Make one with `createStsTransport` for the whole process: it holds the concurrency limits. */
  readonly transport: StsTransport;
  /** Needed for rules with an organization. Default: such rules refuse. */
  readonly organizationResolver?: OrganizationResolver | undefined;
  /** Default: the clock of the process. */
  readonly clock?: (() => Date) | undefined;
  /** Receives one record for each attempt, before the result. Default: none. */
  readonly onAudit?: JoinAuditSink | undefined;
  /** Address of the peer, for the audit record. Default: none. */
  readonly remoteAddress?: string | undefined;
  /** Gives the attempt up. The challenge stays consumed. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Deadline for the whole attempt but its record, in milliseconds: store, exchange with STS and retries,
   * organization. Default 10,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Retries after connection errors, 5xx and throttling: 0 to 2. Default 2. */
  readonly maxRetries?: number | undefined;
  /** Pause before a retry, in milliseconds. Default: random, 100 to 400. */
  readonly retryDelayMs?: (() => number) | undefined;
}

/** A joiner that was admitted. */
export interface JoinResult {
  readonly identity: CallerIdentity;
  /** Index of the rule that admitted it. */
  readonly rule: number;
  readonly tokenName: string;
  /** The role it asked for, which the token offers. */
  readonly role: string;
  /** All roles the token offers. */
  readonly roles: readonly string[];
}

/**
 * The second half of a join. In this order: takes the challenge, checks token and role, reads the join request,
 * checks every signed request without sending anything, sends a rebuilt one to STS, reads the identity, applies the rules.
 * Whatever the joiner does, the challenge is consumed; wrong options are found before.
 *
 * @param request - a {@link JoinRequest}, or the JSON value that `encodeJoinRequest` made; untrusted
 * @returns whom STS named, and the rule that admits it
 * @throws {@link JoinIamError}: nothing is proven before its stage is `rules`, where `identity` is
 * @example
 * ```ts
 * declare const body: { parameters: unknown; challenge: string; requests: unknown }; // from the joiner
 * declare const server: Pick<VerifyJoinRequestOptions, 'store' | 'transport'> & { tokens: Map<string, Token> };
 *
 * const parameters = readJoinParameters(body.parameters);
 * const { identity, role } = await verifyJoinRequest(body.requests, {
 *   ...server,
 *   token: server.tokens.get(parameters.tokenName),
 *   parameters,
 *   challenge: body.challenge,
 *   context: { audience: 'cluster.example.com' },
 *   requireBinding: true,
 * });
 * ```
 */
export function verifyJoinRequest(
  request: unknown,
  options: VerifyJoinRequestOptions,
): Promise<JoinResult> {
  const { clock = systemClock, onAudit, parameters, remoteAddress } = options;
  const facts: AttemptFacts = { parameters, remoteAddress };
  return withAudit({ facts, clock, onAudit, recordSuccess: true }, () =>
    verify(request, options, clock, facts),
  );
}

async function verify(
  request: unknown,
  options: VerifyJoinRequestOptions,
  clock: () => Date,
  facts: AttemptFacts,
): Promise<JoinResult> {
  const { token, parameters, challenge } = options;
  checkVerifyOptions(options, clock());
  checkJoinParameters(parameters);
  const { tokenName, role } = parameters;
  const signal = startDeadline(options);
  checkChallengeState(await takeInTime(options, clock(), signal));
  const now = clock();
  checkJoinToken(token, { tokenName, role, now });
  const binding = options.requireBinding ? joinBinding(parameters) : options.context?.binding;
  const context = { ...options.context, now, challenge, binding };
  const inspected = inspectAll(readJoinRequest(request), context, facts);

  const identity = await sendToSts(inspected, {
    transport: options.transport,
    tokenName,
    maxRetries: options.maxRetries,
    retryDelayMs: options.retryDelayMs,
    signal,
    callerSignal: options.signal,
    onProgress: ({ host, requestId }) => {
      facts.stsHost = host;
      facts.stsRequestId = requestId;
    },
  });
  facts.identity = identity;

  const resolver = needsOrganization(token.allow, identity) && options.organizationResolver;
  const answer = resolver ? await resolveOrganization(resolver, identity, signal) : {};
  if (options.signal?.aborted) throw toAbortError(signal, options.signal);
  const decision = matchAllowRules(token.allow, identity, answer);
  if (!decision.allowed) {
    throw new JoinIamError('no-rule-matched', {
      message: 'The identity is proven, but no rule of the token admits it.',
      detail: [...failureOf(answer), ...decision.reasons.map(toText)].join(', '),
      cause: answer.failure,
      hint: decision.reasons.find(({ hint }) => hint !== undefined)?.hint,
      reasons: decision.reasons,
      identity: { account: identity.account, arn: identity.arn },
    });
  }
  facts.rule = decision.rule;
  return Object.freeze({ identity, rule: decision.rule, tokenName, role, roles: token.roles });
}

function startDeadline({ timeoutMs = 10_000, signal }: VerifyJoinRequestOptions): AbortSignal {
  const deadline = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, deadline]) : deadline;
}

/** The store is asked even when there is no time left: an attempt that is given up has used its challenge. */
async function takeInTime(
  { store, challenge, parameters, signal: ofCaller }: VerifyJoinRequestOptions,
  now: Date,
  signal: AbortSignal,
): Promise<ChallengeState> {
  try {
    return await untilAborted(takeChallenge(store, challenge, parameters, now), signal);
  } catch (error) {
    throw signal.aborted ? toAbortError(signal, ofCaller) : error;
  }
}

function toText({ rule, code }: RuleReason): string {
  return `rule ${rule}: ${code}`;
}

function failureOf(answer: OrganizationAnswer): readonly string[] {
  return 'failure' in answer ? [`organizationResolver: ${causeName(answer.failure)}`] : [];
}

/** All requests are checked before one is sent; they must be of one key, or they are of several joiners. */
function inspectAll(
  request: JoinRequest,
  context: JoinContext,
  facts: AttemptFacts,
): readonly InspectedJoinRequest[] {
  const inspected = request.requests.map((bytes) =>
    inspectWithClaims(bytes, context, (accessKeyId) => {
      facts.accessKeyId ??= accessKeyId;
    }),
  );
  if (new Set(inspected.map(({ host }) => host)).size < inspected.length) {
    throw new JoinIamError('request-malformed', {
      message: 'The signed requests of one join must be for different endpoints.',
    });
  }
  if (inspected.some(({ accessKeyId }) => accessKeyId !== facts.accessKeyId)) {
    throw new JoinIamError('access-key-mismatch', {
      message: 'The signed requests of one join must be signed with one access key.',
    });
  }
  return inspected;
}

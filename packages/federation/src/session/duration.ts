import { FederationError } from '../errors.js';
import {
  type CredentialSource,
  isChainedSource,
  isLongTermSource,
  isRootSource,
  oneHopOf,
  type SourceFacts,
} from './credential-source.js';

/** AWS accepts no session shorter than this. */
export const SHORTEST_SESSION_SECONDS = 900;
const HOUR = 3600;
const CONSOLE_MAXIMUM = 43_200;
const FEDERATION_TOKEN_MAXIMUM = 129_600;

/** What a session is wanted for, from which credentials. */
export interface SessionDurationQuery extends SourceFacts {
  readonly source: CredentialSource;
  /** `console` for a sign-in address, `api` for credentials only. Default `console`. */
  readonly purpose?: 'console' | 'api' | undefined;
  /** `federation-token` when GetFederationToken makes the session instead of AssumeRole. Default: AssumeRole. */
  readonly via?: 'federation-token' | undefined;
  /** What the user wishes, in seconds. Default: as long as the identity lasts, or one hour. */
  readonly requestedSeconds?: number | undefined;
  /** How long the identity of the user still lasts, in seconds. Default: no limit. */
  readonly identityExpiresInSeconds?: number | undefined;
  /** MaxSessionDuration of the role, in seconds, where it limits. Default: unknown, taken as one hour. */
  readonly roleMaxSessionSeconds?: number | undefined;
}

/** A limit that took part in a plan. */
export interface DurationLimit {
  readonly limit:
    | 'requested'
    | 'identity'
    | 'role-chaining'
    | 'root'
    | 'role-maximum'
    | 'federation-token'
    | 'console-maximum'
    | 'default';
  /** What it allows, in seconds. */
  readonly seconds: number;
  /** Whether the session is as short as this limit says. */
  readonly decisive: boolean;
  /** One sentence for the user. */
  readonly message: string;
}

/** How long a session may last and which parameters say so. A member with null is a parameter not to send. */
export interface DurationPlan {
  readonly chained: boolean;
  readonly effectiveSeconds: number;
  /** SessionDuration of getSigninToken. */
  readonly sessionDurationSeconds: number | null;
  /** DurationSeconds of AssumeRole; absent when another call makes the session. */
  readonly assumeRoleDurationSeconds?: number | null | undefined;
  /** DurationSeconds of GetFederationToken. */
  readonly federationTokenDurationSeconds?: number | undefined;
  /** DurationSeconds of AssumeRoleWithWebIdentity straight to the target role. */
  readonly assumeRoleWithWebIdentityDurationSeconds?: number | undefined;
  /** durationSeconds of CreateSession of Roles Anywhere. */
  readonly createSessionDurationSeconds?: number | undefined;
  /** `role-chaining-limit`: a wish over one hour was cut. `root-limit`: the same for root. Absent when none. */
  readonly warnings?: readonly ('role-chaining-limit' | 'root-limit')[] | undefined;
  /** Every limit that was looked at, the decisive ones marked. */
  readonly why: readonly DurationLimit[];
}

/**
 * Plans how long a session lasts: as long as wished, never longer than the identity of the user, than AWS allows
 * for chained credentials (one hour) or than the call that makes the session accepts. Console sessions that are
 * not chained are limited by SessionDuration alone, because DurationSeconds above the maximum of the role fails.
 *
 * Checks, in this order: the wish, the kind of credentials, the time left.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 * @throws {@link FederationError} `invalid-duration`, `duration-too-short`, `duration-too-long` for the wish;
 *   `long-term-credentials-required` for a federation token from temporary credentials;
 *   `identity-expires-too-soon` when less than 900 seconds remain: a session is never made longer than allowed
 *
 * @example
 * ```ts
 * const plan = resolveSessionDuration({
 *   source: 'ec2-instance-profile',
 *   identityExpiresInSeconds: 8 * 3600,
 * });
 * plan.assumeRoleDurationSeconds; // what to ask STS for; plan.why names each limit
 * ```
 */
export function resolveSessionDuration(q: SessionDurationQuery): DurationPlan {
  checkWish(q);
  if (q.via === 'federation-token' && !isLongTermSource(q)) {
    throw new FederationError({
      code: 'long-term-credentials-required',
      message:
        'GetFederationToken works only with the long-term keys of an IAM user: use AssumeRole with these credentials.',
    });
  }
  const limits = limitsOf(q);
  const seconds = Math.floor(Math.min(...limits.map((limit) => limit.seconds)));
  if (seconds < SHORTEST_SESSION_SECONDS) {
    throw new FederationError({
      code: 'identity-expires-too-soon',
      message:
        'The identity of the user expires in less than 15 minutes, and AWS makes no shorter session: log in again first.',
    });
  }
  const warnings = warningsOf(q);
  return {
    chained: isChainedSource(q),
    effectiveSeconds: seconds,
    ...parametersOf(q, seconds),
    ...(warnings.length > 0 ? { warnings } : {}),
    why: limits.map((limit) => ({ ...limit, decisive: Math.floor(limit.seconds) === seconds })),
  };
}

function checkWish(q: SessionDurationQuery): void {
  for (const [name, value, mayBeInfinite] of [
    ['requested duration', q.requestedSeconds, false],
    ['time the identity still lasts', q.identityExpiresInSeconds, true],
    ['maximum of the role', q.roleMaxSessionSeconds, false],
  ] as const) {
    if (value === undefined || value === null) continue;
    if (
      typeof value !== 'number' ||
      Number.isNaN(value) ||
      !(mayBeInfinite || Number.isFinite(value))
    ) {
      throw new FederationError({
        code: 'invalid-duration',
        message: `The ${name} must be a number of seconds.`,
      });
    }
  }
  if ((q.roleMaxSessionSeconds ?? HOUR) < SHORTEST_SESSION_SECONDS) {
    throw new FederationError({
      code: 'invalid-duration',
      message:
        'The maximum of the role must be at least 900 seconds (IAM keeps it at 3600 or more).',
    });
  }
  const wish = q.requestedSeconds;
  if (wish === undefined || wish === null) return;
  if (wish < SHORTEST_SESSION_SECONDS) {
    throw new FederationError({
      code: 'duration-too-short',
      message: 'The requested duration is under 900 seconds, the least that AWS accepts.',
    });
  }
  const most = q.via === 'federation-token' ? FEDERATION_TOKEN_MAXIMUM : CONSOLE_MAXIMUM;
  if (wish > most) {
    throw new FederationError({
      code: 'duration-too-long',
      message: `The requested duration is over ${most} seconds, the most that AWS accepts.`,
    });
  }
}

type Limit = Omit<DurationLimit, 'decisive'>;

function limitsOf(q: SessionDurationQuery): readonly Limit[] {
  const limits: Limit[] = [maximumOf(q)];
  if (q.requestedSeconds !== undefined && q.requestedSeconds !== null) {
    limits.push({
      limit: 'requested',
      seconds: q.requestedSeconds,
      message: 'The duration that was asked for.',
    });
  }
  if (q.identityExpiresInSeconds !== undefined && q.identityExpiresInSeconds !== null) {
    limits.push({
      limit: 'identity',
      seconds: q.identityExpiresInSeconds,
      message: 'The session must end with the login of the user.',
    });
  }
  if (limits.length === 1) {
    limits.push({
      limit: 'default',
      seconds: HOUR,
      message: 'Nobody asked for a duration and the login has no end: one hour.',
    });
  }
  return limits;
}

function maximumOf(q: SessionDurationQuery): Limit {
  if (q.via === 'federation-token') {
    return isRootSource(q.source)
      ? { limit: 'root', seconds: HOUR, message: 'GetFederationToken gives root at most one hour.' }
      : {
          limit: 'federation-token',
          seconds: FEDERATION_TOKEN_MAXIMUM,
          message: 'GetFederationToken gives at most 36 hours.',
        };
  }
  if (isChainedSource(q)) {
    return {
      limit: 'role-chaining',
      seconds: HOUR,
      message:
        'The service itself runs on temporary credentials, and AWS limits such role chaining to one hour; an EC2 instance profile, OIDC straight to the role and Roles Anywhere are not limited so.',
    };
  }
  if (oneHopOf(q.source) !== undefined || q.purpose === 'api') {
    return {
      limit: 'role-maximum',
      seconds: Math.min(q.roleMaxSessionSeconds ?? HOUR, CONSOLE_MAXIMUM),
      message: q.roleMaxSessionSeconds
        ? 'The maximum session duration of the role.'
        : 'The maximum session duration of the role is not known; one hour is always allowed.',
    };
  }
  return {
    limit: 'console-maximum',
    seconds: CONSOLE_MAXIMUM,
    message: 'A console session lasts at most 12 hours.',
  };
}

function parametersOf(q: SessionDurationQuery, seconds: number) {
  if (q.via === 'federation-token') {
    return { sessionDurationSeconds: null, federationTokenDurationSeconds: seconds };
  }
  const hop = oneHopOf(q.source);
  if (hop === 'web-identity') {
    return { sessionDurationSeconds: null, assumeRoleWithWebIdentityDurationSeconds: seconds };
  }
  if (hop === 'create-session') {
    return { sessionDurationSeconds: null, createSessionDurationSeconds: seconds };
  }
  if (q.purpose === 'api' || isChainedSource(q)) {
    return { sessionDurationSeconds: null, assumeRoleDurationSeconds: seconds };
  }
  return { sessionDurationSeconds: seconds, assumeRoleDurationSeconds: null };
}

function warningsOf(q: SessionDurationQuery): readonly ('role-chaining-limit' | 'root-limit')[] {
  if ((q.requestedSeconds ?? 0) <= HOUR) return [];
  if (q.via === 'federation-token') return isRootSource(q.source) ? ['root-limit'] : [];
  return isChainedSource(q) ? ['role-chaining-limit'] : [];
}

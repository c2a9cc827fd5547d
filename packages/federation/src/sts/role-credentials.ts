import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { systemClock, systemRandom } from '../defaults.js';
import { FederationError } from '../errors.js';
import type { CredentialSource } from '../session/credential-source.js';
import { SHORTEST_SESSION_SECONDS } from '../session/duration.js';
import { checkTimeoutMs } from '../support/with-deadline.js';
import { checkSessionRequest } from './check-session-request.js';
import { loadRoleSession } from './load-role-session.js';
import { RefreshingCache } from './refreshing-cache.js';
import type { RoleSessionRequest, StsFactory } from './role-session-request.js';
import { formatSessionKey } from './session-key.js';
import type { AssumedRole, StsSender } from './types.js';

/** How {@link createRoleCredentials} gets and keeps sessions. */
export interface RoleCredentialsOptions {
  /**
   * Sends the calls of the base credentials. A function gets the partition, region and base identity of each
   * session, and for chained roles the credentials to call with; without it chains are refused.
   */
  readonly sts: StsSender | StsFactory;
  /** Where the base credentials come from; it decides how long sessions may last. */
  readonly source: CredentialSource;
  /** Whether the base credentials carry a session token. Default false. */
  readonly hasSessionToken?: boolean | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: (() => Date) | undefined;
  /** A number from 0 to 1 for the jitter of remembered failures. Default: the random source of the machine. */
  readonly random?: (() => number) | undefined;
  /** How many sessions are kept; the least recently used goes first. Default 1000. */
  readonly maxEntries?: number | undefined;
  /** From so many seconds before the end a session is renewed in the background. Default 300. */
  readonly refreshAheadSeconds?: number | undefined;
  /** With less life than this a session is renewed before it is given out. Default 60. */
  readonly mandatoryRefreshSeconds?: number | undefined;
  /** Limit of one STS call, in milliseconds, 1 to 2147483647. Default 15000. */
  readonly timeoutMs?: number | undefined;
}

/** One call of {@link RoleCredentials.get}. */
export interface GetCredentialsOptions {
  /** Credentials that AWS has called expired; if they are the cached ones they are dropped. Default: none. */
  readonly expired?: AwsCredentialIdentity | undefined;
  /** Give none with less life than this while STS can give better, in seconds. Default 0; 900 for purpose `console`. */
  readonly minRemainingSeconds?: number | undefined;
  /** Stops waiting; a call that others wait for goes on. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** Role sessions from a bounded cache. */
export interface RoleCredentials {
  /** The credentials of a session: cached, or from one STS call for all who ask at the same time. */
  get(request: RoleSessionRequest, options?: GetCredentialsOptions): Promise<AssumedRole>;
  /** The same as a provider for an SDK client. */
  provider(request: RoleSessionRequest): AwsCredentialIdentityProvider;
  /** Drops all sessions of a user, for example when a lock falls. Returns how many. AWS does not end them. */
  invalidate(identity: string): number;
  /** Drops all sessions. */
  clear(): void;
  /** How many sessions (and remembered failures) are kept. */
  readonly size: number;
}

const ACCESS_DENIED_MS = 5000;
const OTHER_FAILURE_MS = 1000;

/** Failures that STS or the network caused; mistakes in a request cost nothing and are not remembered. */
const REMEMBERED: ReadonlySet<string> = new Set([
  'expired-credentials',
  'expired-web-identity-token',
  'identity-provider-unreachable',
  'invalid-response',
  'invalid-web-identity-token',
  'sts-rejected',
  'sts-throttled',
  'sts-unavailable',
  'credentials-unavailable',
  'web-identity-token-unavailable',
]);

/**
 * Creates a cache of role sessions for the console, the proxy and integrations alike. Sessions are kept by
 * everything that shapes them and by user. They are renewed ahead of their end; while STS fails, a session that
 * is still valid is served on; failures are remembered for 5 seconds (access denied) or 1 second (others), give
 * or take a fifth. No session is given out beyond the end of the login it was made for.
 *
 * @throws {@link FederationError} `invalid-argument` for numbers that are out of range
 *
 * @example
 * ```ts
 * declare const sts: StsSender; // new STSClient({ region: 'us-east-1' }) is one
 * const sessions = createRoleCredentials({ sts, source: 'ec2-instance-profile' });
 * const credentials = await sessions.get({
 *   identity: 'alice',
 *   roleArn: 'arn:aws:iam::111122223333:role/reader',
 * });
 * sessions.invalidate('alice'); // a lock fell
 * ```
 */
export function createRoleCredentials(options: RoleCredentialsOptions): RoleCredentials {
  const clock = options.clock ?? systemClock;
  const cache = new RefreshingCache<AssumedRole>({
    clock,
    random: options.random ?? systemRandom,
    maxEntries: atLeast(1, options.maxEntries ?? 1000, 'maxEntries'),
    refreshAheadMs: atLeast(0, options.refreshAheadSeconds ?? 300, 'refreshAheadSeconds') * 1000,
    mandatoryRefreshMs:
      atLeast(0, options.mandatoryRefreshSeconds ?? 60, 'mandatoryRefreshSeconds') * 1000,
    failureMs,
  });
  const settings = {
    sts: options.sts,
    source: options.source,
    hasSessionToken: options.hasSessionToken,
    clock,
    timeoutMs: checkTimeoutMs(options.timeoutMs ?? 15_000),
  };

  const get = async (
    request: RoleSessionRequest,
    how: GetCredentialsOptions = {},
  ): Promise<AssumedRole> => {
    const roleSessionName = checkSessionRequest(request);
    if (request.identityExpires && request.identityExpires.getTime() <= clock().getTime()) {
      throw new FederationError({
        code: 'identity-expires-too-soon',
        message: 'The login of the user is over: log in again first.',
      });
    }
    return cache.get({
      key: formatSessionKey(request, roleSessionName),
      owner: request.identity,
      load: () =>
        loadRoleSession({ ...request, roleSessionName }, settings, (step, expired) =>
          get(step, { expired }),
        ),
      refusedKeyId: how.expired?.accessKeyId,
      minRemainingMs: (how.minRemainingSeconds ?? usefulSeconds(request)) * 1000,
      signal: how.signal,
    });
  };

  return {
    get,
    provider: (request) => () => get(request),
    invalidate: (identity) => cache.invalidate(identity),
    clear: () => cache.clear(),
    get size() {
      return cache.size;
    },
  };
}

/** A console that ends at once helps nobody, so it gets a session with some life, but never one in a loop. */
function usefulSeconds({ purpose, requestedSeconds = 3600 }: RoleSessionRequest): number {
  return purpose === 'console' ? Math.min(SHORTEST_SESSION_SECONDS, requestedSeconds / 2) : 0;
}

function failureMs(error: unknown): number {
  if (!(error instanceof FederationError)) return OTHER_FAILURE_MS;
  if (error.code === 'sts-access-denied') return ACCESS_DENIED_MS;
  return REMEMBERED.has(error.code) ? OTHER_FAILURE_MS : 0;
}

function atLeast(least: number, value: number, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  throw new FederationError({
    code: 'invalid-argument',
    message: `The option ${name} must be a number of at least ${least}.`,
  });
}

import { parseAssumedRoleArn, parseIamRoleArn } from '@postern/config/aws';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { systemClock, systemFetch, systemRandom, systemSleep } from '../defaults.js';
import { FederationError } from '../errors.js';
import { hideMembers } from '../support/redact.js';
import { type ConsolePage, resolveConsoleDestination } from './destination.js';
import { checkIssuer, formatLoginUrl } from './login-url.js';
import { requestSigninToken } from './request-signin-token.js';

/** What a console session is made of. */
export interface ConsoleSessionQuery {
  /** Temporary credentials, or a provider of them: an AssumedRole of assumeRole or createRoleCredentials. */
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Partition of the role. */
  readonly partition: string;
  /** Region of the sign-in host and of the page. Default: the host of the partition. */
  readonly region?: string | undefined;
  /** The page to open: a whole address, or a service, path or ARN. Default: console home. */
  readonly destination?: string | ConsolePage | undefined;
  /** https address of your login page, where the console leads at the end. Default: none. */
  readonly issuer?: string | undefined;
  /** From the duration plan; null or undefined: not sent, the console lasts as long as the credentials. */
  readonly sessionDurationSeconds?: number | null | undefined;
  /** Name for a browser container. Default: `account/role@user` where the credentials tell. */
  readonly label?: string | undefined;
  /** See signinTokenRequest. Default: by partition. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** See resolveConsoleDestination. Default false. */
  readonly allowInferredHosts?: boolean | undefined;
  /** Limit of the whole token exchange, in milliseconds. Default 15000. */
  readonly timeoutMs?: number | undefined;
  /** Value of the user-agent header. Default `postern-federation`. */
  readonly userAgent?: string | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: (() => Date) | undefined;
  /** Sends the one request. Default: fetch of the platform. */
  readonly fetch?: ((request: Request, init?: RequestInit) => Promise<Response>) | undefined;
  /** Waits between attempts, in milliseconds. Default: a timer. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** A number from 0 to 1 for the jitter between attempts. Default: the random source of the machine. */
  readonly random?: (() => number) | undefined;
  /** Aborts. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** A console session that is ready to be opened. Printing it shows neither address nor token. */
export interface ConsoleSession {
  /** The login address; a secret until {@link ConsoleSession.expiration}. */
  readonly loginUrl: URL;
  /** The page that opens. */
  readonly destination: string;
  /** Name for a browser container, without secrets. */
  readonly label: string;
  /** When the login address stops to work: 15 minutes on. The console session has its own length. */
  readonly expiration: Date;
  /** Whether AWS refused SessionDuration, so that the console lasts as long as the credentials. */
  readonly durationIgnored: boolean;
  /** How the credentials travelled. */
  readonly method: 'GET' | 'POST';
}

const LOGIN_URL_LIFE_MS = 15 * 60 * 1000;

/**
 * Makes a console login from credentials: checks destination and issuer, exchanges the credentials for a sign-in
 * token and builds the login address. The user must have been allowed the role before.
 *
 * @throws {@link FederationError} the codes of resolveConsoleDestination, signinTokenRequest and
 *   processSigninTokenResponse; `partition-mismatch` when the credentials are of another partition,
 *   `federation-unreachable` when there is no answer in time, `aborted`. All refusals of input come before the call.
 *
 * @example
 * ```ts
 * const { loginUrl } = await createConsoleSession({
 *   credentials: { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'from STS', sessionToken: 'from STS' },
 *   partition: 'aws',
 *   destination: { service: 'ec2' },
 * });
 * // Answer 302 to loginUrl, with cache-control: no-store.
 * ```
 */
export async function createConsoleSession(q: ConsoleSessionQuery): Promise<ConsoleSession> {
  const { partition, region, allowInferredHosts } = q;
  const page = pageOf(q.destination);
  const destination = resolveConsoleDestination({ ...page, partition, region, allowInferredHosts });
  if (q.issuer) checkIssuer(q.issuer);
  const credentials = typeof q.credentials === 'function' ? await q.credentials() : q.credentials;
  const session = sessionOf(credentials);
  if (session && session.partition !== partition) {
    throw new FederationError({
      code: 'partition-mismatch',
      message: `The credentials belong to partition ${session.partition}, not to the one asked for.`,
    });
  }
  const clock = q.clock ?? systemClock;
  const asked = clock();
  const answer = await requestSigninToken({
    ...q,
    credentials,
    sessionDurationSeconds: q.sessionDurationSeconds ?? undefined,
    now: asked,
    fetch: q.fetch ?? systemFetch,
    sleep: q.sleep ?? systemSleep,
    random: q.random ?? systemRandom,
    timeoutMs: q.timeoutMs ?? 15_000,
  });
  const loginUrl = formatLoginUrl({ ...q, destination, signinToken: answer.signinToken });
  return hideMembers(
    {
      loginUrl,
      destination,
      label: q.label ?? session?.label ?? partition,
      expiration: new Date(asked.getTime() + LOGIN_URL_LIFE_MS),
      durationIgnored: answer.durationIgnored,
      method: answer.method,
    },
    ['loginUrl'],
  );
}

function pageOf(destination: string | ConsolePage | undefined): ConsolePage {
  if (destination === undefined) return { service: 'home' };
  return typeof destination === 'string' ? { url: destination } : destination;
}

/** Reads the members that an AssumedRole has beyond plain credentials. */
function sessionOf(credentials: AwsCredentialIdentity) {
  const session = tryArn(Reflect.get(credentials, 'assumedRoleArn'), parseAssumedRoleArn);
  if (session) {
    const { partition, accountId, roleName, sessionName } = session;
    return { partition, label: `${accountId}/${roleName}@${sessionName}` };
  }
  const role = tryArn(Reflect.get(credentials, 'roleArn'), parseIamRoleArn);
  return role && { partition: role.partition, label: `${role.accountId}/${role.roleName}` };
}

function tryArn<T>(value: unknown, parse: (arn: string) => T): T | undefined {
  try {
    return typeof value === 'string' ? parse(value) : undefined;
  } catch {
    // Credentials from elsewhere may carry a member of that name with anything in it.
    return undefined;
  }
}

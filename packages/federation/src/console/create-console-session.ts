import { parseAssumedRoleArn, parseIamRoleArn } from '@postern/config/aws';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { systemClock, systemFetch, systemRandom, systemSleep } from '../defaults.js';
import { FederationError } from '../errors.js';
import { hideMembers, saying } from '../support/redact.js';
import { checkTimeoutMs, withDeadline } from '../support/with-deadline.js';
import { type ConsolePage, resolveConsoleDestination } from './destination.js';
import { checkIssuer, formatLoginUrl } from './login-url.js';
import { requestSigninToken, unreachable } from './request-signin-token.js';
import { checkSigninTarget } from './signin-token.js';

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
  /** Limit of the whole call with the credential provider, in milliseconds, 1 to 2147483647. Default 15000. */
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
 *   `federation-unreachable` when there is no answer in time, `aborted`. `credentials-unavailable` when the provider
 *   fails. All refusals of input come before the provider is asked.
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
  checkSigninTarget(q);
  const timeoutMs = checkTimeoutMs(q.timeoutMs ?? 15_000);
  let step: 'credentials' | 'exchange' = 'credentials';
  const { session, asked, answer } = await withDeadline(
    async (signal) => {
      const credentials = await provide(q.credentials);
      step = 'exchange';
      return exchange(q, credentials, signal);
    },
    {
      timeoutMs,
      signal: q.signal,
      onTimeout: () => (step === 'credentials' ? noCredentials(timeoutMs) : noAnswer(timeoutMs)),
    },
  );
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

async function provide(credentials: ConsoleSessionQuery['credentials']) {
  try {
    return typeof credentials === 'function' ? await credentials() : credentials;
  } catch (error) {
    if (error instanceof FederationError) throw error;
    throw new FederationError({
      code: 'credentials-unavailable',
      message: `The provider of the credentials for the console failed${saying(error)}: check where it takes them from.`,
    });
  }
}

async function exchange(
  q: ConsoleSessionQuery,
  credentials: AwsCredentialIdentity,
  signal: AbortSignal,
) {
  const session = sessionOf(credentials);
  if (session && session.partition !== q.partition) {
    throw new FederationError({
      code: 'partition-mismatch',
      message: `The credentials belong to partition ${session.partition}, not to the one asked for.`,
    });
  }
  const asked = (q.clock ?? systemClock)();
  const answer = await requestSigninToken({
    ...q,
    credentials,
    now: asked,
    fetch: q.fetch ?? systemFetch,
    sleep: q.sleep ?? systemSleep,
    random: q.random ?? systemRandom,
    signal,
  });
  return { session, asked, answer };
}

const noAnswer = (timeoutMs: number) => unreachable(`did not answer within ${timeoutMs} ms`);

const noCredentials = (timeoutMs: number) =>
  new FederationError({
    code: 'credentials-unavailable',
    message: `The provider of the credentials for the console gave none within ${timeoutMs} ms: check where it takes them from.`,
  });

function pageOf(destination: string | ConsolePage | undefined): ConsolePage {
  if (destination === undefined) return { service: 'home' };
  return typeof destination === 'string' ? { url: destination } : destination;
}

/** Reads the members that an AssumedRole has beyond plain credentials. */
function sessionOf(credentials: AwsCredentialIdentity | undefined) {
  if (!credentials) return undefined;
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

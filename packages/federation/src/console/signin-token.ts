import type { AwsCredentialIdentity } from '@smithy/types';
import { FederationError } from '../errors.js';
import { checkDurationSeconds } from '../sts/check-parameters.js';
import { percentEncode, quoteSafely } from '../support/redact.js';
import { resolveFederationEndpoint } from './federation-endpoint.js';
import { readLimitedText } from './read-limited-text.js';

/** What getSigninToken is asked. */
export interface SigninTokenQuery {
  /** Temporary credentials of the session that the console will use. */
  readonly credentials: AwsCredentialIdentity;
  readonly partition: string;
  /** For a regional sign-in host. Default: the host of the partition. */
  readonly region?: string | undefined;
  /** Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Life of the console session; left out for chained credentials. 900 to 43200. Default, and null: not sent. */
  readonly sessionDurationSeconds?: number | null | undefined;
  /**
   * POST keeps the credentials out of the address. Default: POST for aws, aws-cn and aws-eusc, GET elsewhere,
   * where POST is not known to be served.
   */
  readonly method?: 'GET' | 'POST' | undefined;
  /** Value of the user-agent header. Default `postern-federation`. */
  readonly userAgent?: string | undefined;
  /** The present; expired credentials are refused before any call. */
  readonly now: Date;
}

const POST_PARTITIONS: ReadonlySet<string> = new Set(['aws', 'aws-cn', 'aws-eusc']);

/**
 * Builds the request that exchanges credentials for a sign-in token. It holds the credentials, in the body (POST) or
 * in the address (GET): send it, never log it. Redirects are not followed, because they would carry the credentials
 * to another host. Nothing is sent here.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 * @throws {@link FederationError} `missing-credentials`, `long-term-credentials`, `expired-credentials`, a duration code,
 *   `invalid-argument` for a method or user agent that HTTP does not take here, or a code of resolveFederationEndpoint
 */
export function signinTokenRequest(q: SigninTokenQuery): Request {
  const { accessKeyId, secretAccessKey, sessionToken } = checkCredentials(q.credentials, q.now);
  const { endpoint, method, userAgent } = checkSigninTarget(q);
  const duration = q.sessionDurationSeconds ?? undefined;
  const session = { sessionId: accessKeyId, sessionKey: secretAccessKey, sessionToken };
  const form = [
    'Action=getSigninToken',
    ...(duration === undefined ? [] : [`SessionDuration=${duration}`]),
    'SessionType=json',
    `Session=${percentEncode(JSON.stringify(session))}`,
  ].join('&');
  const headers = { accept: 'application/json', 'user-agent': userAgent };
  const common = { method, redirect: 'manual', credentials: 'omit' } as const;
  if (method === 'GET') return new Request(`${endpoint}?${form}`, { ...common, headers });
  return new Request(endpoint, {
    ...common,
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: form,
  });
}

/** All of a request but its credentials, so that a mistake is told before any are fetched. */
export function checkSigninTarget(q: Omit<SigninTokenQuery, 'credentials' | 'now'>) {
  checkDurationSeconds(q.sessionDurationSeconds);
  const endpoint = resolveFederationEndpoint(q);
  const { method = signinMethod(q.partition), userAgent = 'postern-federation' } = q;
  if (method !== 'GET' && method !== 'POST') refuse('method must be GET or POST');
  if (!/^[ -~]{1,512}$/.test(userAgent)) {
    refuse('userAgent must be 1 to 512 printable ASCII characters');
  }
  return { endpoint, method, userAgent };
}

function refuse(rule: string): never {
  throw new FederationError({ code: 'invalid-argument', message: `The option ${rule}.` });
}

/** The method that a partition is known to serve and that hides most. */
export function signinMethod(partition: string): 'GET' | 'POST' {
  return POST_PARTITIONS.has(partition) ? 'POST' : 'GET';
}

function checkCredentials(credentials: AwsCredentialIdentity, now: Date) {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials ?? {};
  if (!accessKeyId || !secretAccessKey) {
    throw new FederationError({
      code: 'missing-credentials',
      message: 'The credentials lack the access key id or the secret access key.',
    });
  }
  if (!sessionToken) {
    throw new FederationError({
      code: 'long-term-credentials',
      message:
        'The console takes temporary credentials only: get some with AssumeRole, or with GetFederationToken for an IAM user.',
    });
  }
  // A date that is none is over: nobody can say how long the credentials last.
  if (expiration && !(expiration.getTime() > now.getTime())) {
    throw new FederationError({
      code: 'expired-credentials',
      message: 'The credentials for the console have expired: assume the role again.',
    });
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** How to read the answer of getSigninToken. */
export interface SigninTokenResponseOptions {
  /** Whether SessionDuration was sent: then a 400 may be cured by leaving it out. */
  readonly sentSessionDuration: boolean;
  /** What was sent, so that an answer that repeats it can be quoted without it. Default: nothing is quoted. */
  readonly credentials?: AwsCredentialIdentity | undefined;
  /** Longest body, in bytes. Default 65536. */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads the sign-in token out of the answer.
 *
 * @returns the token, opaque and a secret: it opens the console for 15 minutes
 * @throws {@link FederationError} `federation-rejected` (status; retryWithoutDuration), `federation-unavailable`
 *   (429 and 5xx), `invalid-response` (redirect, not JSON, no token), `response-too-large`,
 *   `federation-unreachable` when the body breaks off
 */
export async function processSigninTokenResponse(
  response: Response,
  options: SigninTokenResponseOptions,
): Promise<string> {
  const { status } = response;
  const body = await readLimitedText(response, options.maxBytes ?? 65_536);
  if (status === 200) return readToken(body);
  const secrets = secretsOf(options.credentials);
  // A body that may hold a token, or whose secrets are unknown, is not quoted at all.
  const quote = secrets.length > 0 && !/signin/i.test(body) ? quoteSafely(body, secrets) : '';
  const said = quote === '' ? '' : ` It says: ${quote}`;
  if (status === 429 || status >= 500) {
    throw new FederationError({
      code: 'federation-unavailable',
      message: `The AWS sign-in endpoint is unavailable (status ${status}): try again later.${said}`,
      status,
    });
  }
  if (status >= 400) {
    const retryWithoutDuration = status === 400 && options.sentSessionDuration;
    throw new FederationError({
      code: 'federation-rejected',
      message: `The AWS sign-in endpoint refused the credentials (status ${status}): they may be expired, of another partition, or ${retryWithoutDuration ? 'chained, which allows no SessionDuration' : 'not those of a role'}.${said}`,
      status,
      retryWithoutDuration,
    });
  }
  throw new FederationError({
    code: 'invalid-response',
    message: `The AWS sign-in endpoint answered with status ${status}, which is not expected.`,
    status,
  });
}

function readToken(body: string): string {
  let token: unknown;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'SigninToken')) {
      token = Reflect.get(parsed, 'SigninToken');
    }
  } catch {
    // Told below, without the parser's message: it quotes the body.
  }
  if (typeof token === 'string' && token !== '') return token;
  throw new FederationError({
    code: 'invalid-response',
    message: 'The AWS sign-in endpoint answered without a SigninToken.',
    status: 200,
  });
}

/** The values that must not appear in a message. */
export function secretsOf(credentials: AwsCredentialIdentity | undefined): readonly string[] {
  if (!credentials) return [];
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return [accessKeyId, secretAccessKey, sessionToken ?? ''].filter((secret) => secret !== '');
}

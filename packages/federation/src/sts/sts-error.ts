import { FederationError, type FederationErrorCode } from '../errors.js';
import { hidesSecret, quoteSafely, saying, textMember } from '../support/redact.js';

const CODES: ReadonlyMap<string, FederationErrorCode> = new Map<string, FederationErrorCode>([
  ['AccessDenied', 'sts-access-denied'],
  ['AccessDeniedException', 'sts-access-denied'],
  ['Throttling', 'sts-throttled'],
  ['ThrottlingException', 'sts-throttled'],
  ['ThrottledException', 'sts-throttled'],
  ['RequestThrottled', 'sts-throttled'],
  ['RequestLimitExceeded', 'sts-throttled'],
  ['TooManyRequestsException', 'sts-throttled'],
  ['ExpiredToken', 'expired-credentials'],
  ['ExpiredTokenException', 'expired-credentials'],
  ['RequestExpired', 'expired-credentials'],
  ['InvalidIdentityToken', 'invalid-web-identity-token'],
  ['InvalidIdentityTokenException', 'invalid-web-identity-token'],
  ['IDPRejectedClaim', 'invalid-web-identity-token'],
  ['IDPRejectedClaimException', 'invalid-web-identity-token'],
  ['IDPCommunicationError', 'identity-provider-unreachable'],
  ['IDPCommunicationErrorException', 'identity-provider-unreachable'],
]);

const CLOCK = 'the base credentials are wrong, or the clock of this machine is';

const HINTS: ReadonlyMap<string, string> = new Map([
  ['AccessDenied', 'the trust policy of the role or the permissions of the caller refuse it'],
  ['InvalidIdentityToken', 'issuer, key or audience do not fit the provider, or a clock is wrong'],
  ['IDPRejectedClaim', 'the identity provider refuses the claims of the token'],
  ['IDPCommunicationError', 'AWS cannot read the discovery document or the key set of the issuer'],
  ['ExpiredTokenException', 'the credentials or the token of the caller are over'],
  ['ExpiredToken', 'the credentials of the caller are over'],
  ['RegionDisabledException', 'STS is not enabled in this region: enable it or use another region'],
  ['PackedPolicyTooLargeException', 'session policy and tags are too large together'],
  ['PackedPolicyTooLarge', 'session policy and tags are too large together'],
  ['MalformedPolicyDocument', 'the session policy is not well formed'],
  ['Throttling', 'AWS asks for fewer calls: try again later'],
  [
    'RequestExpired',
    'the clock of this machine and that of AWS differ, or the call waited too long',
  ],
  ['InvalidSignatureException', CLOCK],
  ['SignatureDoesNotMatch', CLOCK],
  ['RequestTimeTooSkewed', CLOCK],
  ['InvalidClientTokenId', 'AWS does not know the base credentials in this partition'],
]);

/** ARNs of roles, users and sessions, names of STS actions and times of signatures: long, but never a secret. */
const KEPT_WORD =
  /^\(?(?:\d{8}T\d{6}Z|arn:[a-z-]{3,12}:(?:iam|sts):[\w-]{0,32}:\d{12}:[\w+=,.@/-]{1,700}|sts:[A-Za-z]{1,40})[).,;:]{0,3}$/;

/**
 * Turns whatever a sender threw into our error. The foreign error is not attached: it may hold the request with
 * its token. Its name, its message (scrubbed) and the request id are kept.
 *
 * @param error - untrusted
 * @param secrets - values that must not appear, such as a web identity token
 */
export function toStsError(
  error: unknown,
  call: 'AssumeRole' | 'AssumeRoleWithWebIdentity',
  secrets: readonly string[],
): FederationError {
  if (error instanceof FederationError) return error;
  const fields = fieldsOf(error);
  if ((fields.status ?? 0) < 400 && !CODES.has(fields.name)) {
    return unanswered(error, fields, call);
  }
  const name = NAME.test(fields.name) ? fields.name : 'Error';
  const code = codeOf(name, fields.status, call);
  const hint =
    HINTS.get(name) ??
    HINTS.get(name.replace(/Exception$/, '')) ??
    (code === 'sts-throttled' ? HINTS.get('Throttling') : undefined);
  const said = quoteMessage(fields.message, secrets);
  const about = [hint, said && `STS says: ${said}`].filter(Boolean).join('; ');
  return new FederationError({
    code,
    message: `${call} failed with ${name}${about ? `: ${about}` : ''}.`,
    status: fields.status,
    sts: { code: name, requestId: fields.requestId },
  });
}

const NAME = /^[A-Za-z][A-Za-z0-9.]{0,63}$/;

/** Errors of Node and of SDK clients that mean: no connection, or no answer on it. */
const NO_CONNECTION = /^(?:(?!ERR_(?!TLS|SSL))[A-Z][A-Z0-9_]{4,60}|TimeoutError|AbortError)$/;

/** The call never got an answer that could be read: no HTTP status, or that of a success. */
function unanswered(error: unknown, fields: ErrorFields, call: string): FederationError {
  const isCredentials = /^(?:Credentials|Token)Provider/.test(fields.name);
  const name = NAME.test(fields.name) ? fields.name : 'Error';
  return new FederationError({
    code: isCredentials
      ? 'credentials-unavailable'
      : fields.status === undefined
        ? 'sts-unavailable'
        : 'invalid-response',
    message: isCredentials
      ? `${call} cannot be signed, because the STS client got no base credentials${saying(error)}: check where it takes them from.`
      : unreachable(error, name, call),
    sts: { code: name, requestId: fields.requestId },
  });
}

function unreachable(error: unknown, name: string, call: string): string {
  const reason = [textMember(error, 'code'), name].find((word) => NO_CONNECTION.test(word));
  if (reason === undefined) {
    return `${call} got no answer of STS that can be read${saying(error)}: check the STS client, its endpoint, and that no proxy answers in its place.`;
  }
  const host = textMember(error, 'hostname') || textMember(error, 'address');
  const port = member(error, 'port');
  const place = /^[A-Za-z0-9.:-]{1,255}$/.test(host) ? ` ${host}` : '';
  const at = place !== '' && typeof port === 'number' ? `${place}:${port}` : place;
  return `STS cannot be reached for ${call} (${reason}${at}): check network, endpoint and proxy.`;
}

function codeOf(name: string, status: number | undefined, call: string): FederationErrorCode {
  const known = CODES.get(name);
  if (known === 'expired-credentials' && call === 'AssumeRoleWithWebIdentity') {
    return 'expired-web-identity-token';
  }
  if (known) return known;
  if (status === 429) return 'sts-throttled';
  return status === undefined || status >= 500 ? 'sts-unavailable' : 'sts-rejected';
}

/** STS messages name ARNs, which are useful and longer than a quote allows words to be, so only secrets go. */
function quoteMessage(message: string, secrets: readonly string[]): string {
  const words = message.slice(0, 2000).split(/\s+/);
  // The whole first: pieces of a secret may stand in several words.
  if (quoteSafely(message, secrets) === '') return '';
  const safe = words.map((word) =>
    KEPT_WORD.test(word) && !hidesSecret(word, secrets) ? word : quoteSafely(word, secrets),
  );
  return safe.filter(Boolean).join(' ').slice(0, 300).replace(/\.$/, '');
}

interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

function fieldsOf(error: unknown): ErrorFields {
  const name = textMember(error, 'name') || textMember(error, 'Code') || 'Error';
  const metadata = member(error, '$metadata');
  const status = member(metadata, 'httpStatusCode');
  const requestId = textMember(metadata, 'requestId') || textMember(error, 'RequestId');
  return {
    name,
    message: textMember(error, 'message'),
    status: typeof status === 'number' ? status : undefined,
    requestId: /^[\w-]{1,64}$/.test(requestId) ? requestId : undefined,
  };
}

function member(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  } catch {
    return undefined;
  }
}

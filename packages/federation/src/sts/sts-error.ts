import { FederationError, type FederationErrorCode } from '../errors.js';
import { quoteSafely } from '../support/redact.js';

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
]);

/** ARNs of roles, users and sessions, and names of STS actions: long, but never a secret. */
const KEPT_WORD =
  /^\(?(?:arn:[a-z-]{3,12}:(?:iam|sts):[\w-]{0,32}:\d{12}:[\w+=,.@/-]{1,700}|sts:[A-Za-z]{1,40})[).,;:]{0,3}$/;

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
  const name = /^[A-Za-z][A-Za-z0-9.]{0,63}$/.test(fields.name) ? fields.name : 'Error';
  const code = codeOf(name, fields.status, call);
  const hint = HINTS.get(name) ?? HINTS.get(name.replace(/Exception$/, ''));
  const said = quoteMessage(fields.message, secrets);
  const about = [hint, said && `STS says: ${said}`].filter(Boolean).join('; ');
  return new FederationError({
    code,
    message: `${call} failed with ${name}${about ? `: ${about}` : ''}.`,
    status: fields.status,
    sts: { code: name, requestId: fields.requestId },
  });
}

function codeOf(name: string, status: number | undefined, call: string): FederationErrorCode {
  const known = CODES.get(name);
  if (known === 'expired-credentials' && call === 'AssumeRoleWithWebIdentity') {
    return 'expired-web-identity-token';
  }
  if (known) return known;
  if (status === 429) return 'sts-throttled';
  // No status: the call never got an answer (name resolution, connection, time limit of the client).
  return status === undefined || status >= 500 ? 'sts-unavailable' : 'sts-rejected';
}

/** STS messages name ARNs, which are useful and longer than a quote allows words to be, so only secrets go. */
function quoteMessage(message: string, secrets: readonly string[]): string {
  const words = message.slice(0, 2000).split(/\s+/);
  const safe = words.map((word) => (KEPT_WORD.test(word) ? word : quoteSafely(word, secrets)));
  return safe.filter(Boolean).join(' ').slice(0, 300).replace(/\.$/, '');
}

function fieldsOf(error: unknown) {
  const name = text(member(error, 'name')) || text(member(error, 'Code')) || 'Error';
  const metadata = member(error, '$metadata');
  const status = member(metadata, 'httpStatusCode');
  const requestId = text(member(metadata, 'requestId')) || text(member(error, 'RequestId'));
  return {
    name,
    message: text(member(error, 'message')),
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

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import type { HttpRequest } from '@smithy/types';
import type { SignatureMaker, SigningCredentials } from './algorithm.js';
import { canonicalPath } from './canonical-path.js';
import { canonicalRecord, REPLACED, requestPlansOf } from './request-plan.js';
import { signCanonical, v4aOf } from './sign-canonical.js';
import { SigningCache } from './signing-cache.js';
import { canonicalQueryOfBag, payloadOf, wirePathOf } from './smithy-request.js';

/** How a request is signed. */
export interface SignRequestOptions {
  readonly credentials: SigningCredentials;
  /** Region to sign for; not for SigV4A. */
  readonly region?: string | undefined;
  /** Signing name; names of the S3 family follow S3's path rule. */
  readonly service: string;
  /** The time to sign with: a Date, seconds since 1970, or a text that `Date` reads. */
  readonly signingDate: Date | number | string;
  /** Default `AWS4-HMAC-SHA256`; for SigV4A the value `sigv4a` of `@postern/sigv4-proxy/sigv4a`. */
  readonly algorithm?: SignatureMaker | undefined;
  /** The regions of a SigV4A signature, `*` for all. Required for it. */
  readonly regionSet?: readonly string[] | undefined;
  /** Lower-case names that must not be signed, beside those that never are. Default: none. */
  readonly unsignableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names that are signed although they are not by default. Default: none. */
  readonly signableHeaders?: ReadonlySet<string> | undefined;
  /** Whether `x-amz-content-sha256` is added when it is missing. Default true: it is legal everywhere and S3 needs it. */
  readonly applyChecksum?: boolean | undefined;
  /** The body's hash, when it is known already; then the body is not hashed. Default: from the header or the body. */
  readonly payloadHash?: string | undefined;
  /** What to remember between requests. Default: nothing. */
  readonly cache?: SigningCache | undefined;
}

/**
 * Signs a smithy request with SigV4 or SigV4A in header form. The result is a copy; old authorization and date headers are
 * replaced, and `host` is added when it is missing.
 *
 * @param request a body that is a stream must have its hash stated
 * @param options credentials, scope and time
 * @throws SigV4ProxyError `invalid-option`, `bad-encoding`, `payload-mismatch`, `missing-payload-hash`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @example
 * ```ts
 * declare const request: Parameters<typeof signRequest>[0];
 * const signed = signRequest(request, {
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
 *   region: 'eu-west-1',
 *   service: 'sqs',
 *   signingDate: new Date(),
 * });
 * ```
 */
export function signRequest(request: HttpRequest, options: SignRequestOptions): HttpRequest {
  const { service, credentials, signableHeaders, unsignableHeaders } = options;
  const cache = options.cache ?? new SigningCache();
  const timestamp = cache.dates.format(options.signingDate);
  const given = withoutGaps(request.headers);
  const v4a = v4aOf(options.algorithm);
  const sessionToken = credentials.sessionToken || undefined;
  const keys = Object.keys(given);
  const plan = requestPlansOf(cache).plan(keys, {
    token: sessionToken !== undefined,
    regionSet: v4a !== undefined,
    sha256: options.applyChecksum !== false,
    signableHeaders,
    unsignableHeaders,
  });
  const { host: hostKey, stated: statedKey } = plan;
  const stated = statedKey === undefined ? undefined : given[statedKey];
  const payload = options.payloadHash ?? payloadOf(request.body, stated);
  const host = hostKey === undefined ? hostOf(request) : given[hostKey];
  const regionSet = v4a?.regionSetText(options.regionSet);

  const path = canonicalPath(wirePathOf(request.path), { service, host });
  const lines = canonicalRecord(plan, given, {
    host,
    'x-amz-date': timestamp,
    'x-amz-security-token': sessionToken,
    'x-amz-region-set': regionSet,
    'x-amz-content-sha256': payload,
  });
  const query = canonicalQueryOfBag(request.query);
  const canonical = `${request.method}\n${path}\n${query}\n${lines}${plan.signedLine}${payload}`;

  const { authorization } = signCanonical(canonical, plan.signedText, timestamp, options, cache);
  // Written first: V8 turns a copy that properties are added to into a slow object.
  const headers: Record<string, string> = { authorization, 'x-amz-date': timestamp };
  if (hostKey === undefined && host !== undefined) headers.host = host;
  if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;
  if (regionSet !== undefined) headers['x-amz-region-set'] = regionSet;
  if (statedKey === undefined && options.applyChecksum !== false) {
    headers['x-amz-content-sha256'] = payload;
  }
  // A spread makes properties of its own of all names; a plain assignment to `__proto__` would vanish, though it is signed.
  const signed = plan.intact ? Object.assign(headers, given) : { ...headers, ...kept(given) };
  if (statedKey !== undefined) signed[statedKey] = payload;
  return { ...request, headers: signed };
}

function kept(headers: HttpRequest['headers']): HttpRequest['headers'] {
  return filtered(headers, (name) => !REPLACED.has(name.toLowerCase()));
}

/** @internal `host[:port]` of a smithy request. */
export function hostOf(request: Pick<HttpRequest, 'hostname' | 'port'>): string {
  return request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
}

/** Header values that are undefined are not sent, so they are not signed. */
function withoutGaps(headers: HttpRequest['headers']): HttpRequest['headers'] {
  for (const name in headers) {
    if (headers[name] === undefined) {
      return filtered(headers, (_, value) => value !== undefined);
    }
  }
  return headers;
}

function filtered(
  headers: HttpRequest['headers'],
  isKept: (name: string, value: string | undefined) => boolean,
): HttpRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name, value]) => isKept(name, value)));
}

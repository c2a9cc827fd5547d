import type { HttpRequest } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { HeaderPair } from '../request.js';
import { ECDSA, type SigningAlgorithm } from './algorithm.js';
import { canonicalPath } from './canonical-path.js';
import { type SigningCredentials, signCanonical } from './sign-raw-request.js';
import { isSignableHeader } from './signable-headers.js';
import { type KnownShape, SigningCache } from './signing-cache.js';
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
  /** Default `AWS4-HMAC-SHA256`. */
  readonly algorithm?: SigningAlgorithm | undefined;
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
 * @example
 * const signed = signRequest(request, { credentials, region: 'eu-west-1', service: 'sqs', signingDate });
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signRequest(request: HttpRequest, options: SignRequestOptions): HttpRequest {
  const cache = options.cache ?? new SigningCache();
  const { credentials, service } = options;
  const timestamp = cache.timestamp(options.signingDate);
  const kept = keepHeaders(request);
  const { headers, list } = kept;
  const payload = options.payloadHash ?? payloadOf(request.body, kept.stated);
  const add = (name: string, value: string) => {
    headers[name] = value;
    list.push([name, value]);
  };
  const host = kept.host ?? hostOf(request);
  if (kept.host === undefined) add('host', host);
  add('x-amz-date', timestamp);
  if (credentials.sessionToken) add('x-amz-security-token', credentials.sessionToken);
  if (options.algorithm === ECDSA) add('x-amz-region-set', regionSetText(options.regionSet));
  if (kept.stated !== undefined || options.applyChecksum !== false) {
    add('x-amz-content-sha256', payload);
  }
  const known = cache.shape(list);
  const plan = cache.plan(known, signedHeadersOf(known, options));
  const path = canonicalPath(wirePathOf(request.path), { service, host });
  const head = `${request.method}\n${path}\n${canonicalQueryOfBag(request.query)}\n`;
  const signed = signCanonical(
    head,
    plan,
    { list, utf8: true },
    payload,
    timestamp,
    options,
    cache,
  );
  headers.authorization = signed.authorization;
  return { ...request, headers };
}

/** @internal What a signature covers when the caller leaves the choice to us, ascending. */
export function signedHeadersOf(
  known: KnownShape,
  options: Pick<SignRequestOptions, 'signableHeaders' | 'unsignableHeaders'>,
): readonly string[] {
  const { signableHeaders, unsignableHeaders } = options;
  const select = () =>
    [...known.shape.positions.keys()]
      .filter(
        (name) =>
          signableHeaders?.has(name) || (isSignableHeader(name) && !unsignableHeaders?.has(name)),
      )
      .sort();
  if (signableHeaders !== undefined || unsignableHeaders !== undefined) return select();
  known.signable ??= select();
  return known.signable;
}

/** @internal `host[:port]` of a smithy request. */
export function hostOf(request: Pick<HttpRequest, 'hostname' | 'port'>): string {
  return request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
}

/** @internal The value of `x-amz-region-set`. */
export function regionSetText(regionSet: readonly string[] | undefined): string {
  if (regionSet !== undefined && regionSet.length > 0) return regionSet.join(',');
  throw new SigV4ProxyError(
    'invalid-option',
    'SigV4A needs a regionSet; use ["*"] for all regions.',
  );
}

interface KeptHeaders {
  /** A copy without the headers that signing writes. */
  readonly headers: Record<string, string>;
  readonly list: HeaderPair[];
  readonly host: string | undefined;
  readonly stated: string | undefined;
}

function keepHeaders(request: HttpRequest): KeptHeaders {
  const headers: Record<string, string> = { ...request.headers };
  const list: HeaderPair[] = [];
  let host: string | undefined;
  let stated: string | undefined;
  for (const name of Object.keys(headers)) {
    const value: string | undefined = headers[name];
    // The lengths of the few names that matter spare most headers a lower-case copy.
    const length = name.length;
    const special =
      length === 4 || length === 10 || length === 13 || length === 16 || length === 20
        ? name.toLowerCase()
        : '';
    if (value === undefined || REPLACED.has(special)) {
      delete headers[name];
      if (special === 'x-amz-content-sha256') stated = value;
      continue;
    }
    if (special === 'host') host = value;
    list.push([name, value]);
  }
  return { headers, list, host, stated };
}

const REPLACED: ReadonlySet<string> = new Set([
  'authorization',
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-region-set',
  'x-amz-content-sha256',
]);

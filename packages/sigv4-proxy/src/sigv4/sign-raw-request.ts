import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import type { HeaderList, RawRequest } from '../request.js';
import { ECDSA, EMPTY_SHA256, HMAC, type SigningAlgorithm } from './algorithm.js';
import { parseAmzDate } from './amz-date.js';
import { canonicalHeaders, type HeaderPlan } from './canonical-headers.js';
import { canonicalPath } from './canonical-path.js';
import { canonicalQuery } from './canonical-query.js';
import { type KnownShape, SigningCache } from './signing-cache.js';

/** What signs: an identity of the AWS SDK fits. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** How a raw request is signed. */
export interface SignRawRequestOptions {
  readonly credentials: SigningCredentials;
  /** Region of the scope. For SigV4A give `regionSet` instead. */
  readonly region?: string | undefined;
  /** Signing name. */
  readonly service: string;
  /** Default `AWS4-HMAC-SHA256`. With SigV4A the header `x-amz-region-set` must be in place. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Lower-case names in ascending order. All must be in the request; every `x-amz-*` header should be among them. */
  readonly signedHeaders: readonly string[];
  /** The last line of the canonical request; default: the header `x-amz-content-sha256`, else the hash of the body given. */
  readonly payloadHash?: string | undefined;
  /** What to remember between requests. Default: nothing. */
  readonly cache?: SigningCache | undefined;
}

/** A signature and what a chain of chunk signatures needs from it. */
export interface RawSignature {
  /** Value for the Authorization header. */
  readonly authorization: string;
  /** The signature: the seed of signed chunks. */
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** `date[/region]/service/aws4_request`. */
  readonly scope: string;
}

/**
 * Signs a request whose headers are complete: `x-amz-date`, the token and the payload hash stand in the list, and the result
 * stands only for the Authorization header. The core of the proxy's second half; `signRequest` does it all for smithy requests.
 *
 * @param request target in origin form, headers as they will be sent
 * @param options what to sign with
 * @throws SigV4ProxyError `missing-date`, `missing-signed-header`, `bad-encoding`, `invalid-option` (no region)
 */
export function signRawRequest(request: RawRequest, options: SignRawRequestOptions): RawSignature {
  const cache = options.cache ?? new SigningCache();
  const known = cache.shape(request.headers);
  const plan = planOf(cache, known, options.signedHeaders);
  const timestamp = headerValue(known, request.headers, 'x-amz-date') ?? '';
  if (parseAmzDate(timestamp) === undefined) {
    throw new SigV4ProxyError('missing-date', 'The header x-amz-date is missing or malformed.');
  }
  const cut = request.target.indexOf('?');
  const path = canonicalPath(cut < 0 ? request.target : request.target.slice(0, cut), {
    service: options.service,
    host: headerValue(known, request.headers, 'host'),
  });
  const query = cut < 0 ? '' : canonicalQuery(request.target.slice(cut + 1));
  const payload =
    options.payloadHash ??
    headerValue(known, request.headers, 'x-amz-content-sha256') ??
    sha256Hex(request.body);
  const head = `${request.method}\n${path}\n${query}\n`;
  const list = request.headers;
  return signCanonical(head, plan, { list, utf8: false }, payload, timestamp, options, cache);
}

/** @internal What signs: the part of the options that no canonical request depends on. */
export type SigningIdentity = Pick<
  SignRawRequestOptions,
  'credentials' | 'region' | 'service' | 'algorithm'
>;

/** @internal Signs what has been made canonical up to the header lines. `utf8`: the values are text, not latin1 bytes. */
export function signCanonical(
  head: string,
  plan: HeaderPlan,
  headers: { readonly list: HeaderList; readonly utf8: boolean },
  payload: string,
  timestamp: string,
  identity: SigningIdentity,
  cache: SigningCache,
): RawSignature {
  const { text, ascii } = canonicalHeaders(plan, headers.list);
  const canonical = `${head}${text}\n${plan.signedText}\n${payload}`;
  const bytes = ascii || headers.utf8 ? canonical : Buffer.from(canonical, 'latin1');
  const { credentials, region, service, algorithm = HMAC } = identity;
  const date = timestamp.slice(0, 8);
  const hashed = hash('sha256', bytes, 'hex');
  let scope: string;
  let signature: string;
  if (algorithm === ECDSA) {
    scope = `${date}/${service}/aws4_request`;
    const toSign = `${ECDSA}\n${timestamp}\n${scope}\n${hashed}`;
    signature = cache.v4aKey(credentials).signText(toSign);
  } else if (region) {
    const key = cache.scope(credentials, date, region, service);
    scope = key.scope;
    signature = key.sign(timestamp, hashed);
  } else {
    throw new SigV4ProxyError('invalid-option', 'SigV4 needs a region to sign for.');
  }
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${plan.signedText}, Signature=${signature}`;
  return { authorization, signature, timestamp, scope };
}

/** @internal The header lines for names that must all be there. */
export function planOf(
  cache: SigningCache,
  known: KnownShape,
  signedHeaders: readonly string[],
): HeaderPlan {
  const plan = cache.plan(known, signedHeaders);
  if (plan.missing === undefined) return plan;
  throw new SigV4ProxyError('missing-signed-header', `There is no header ${plan.missing} to sign.`);
}

/** @internal SHA-256 of a body in hand. */
export function sha256Hex(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? EMPTY_SHA256 : hash('sha256', body, 'hex');
}

/** @internal The first value of a header. */
export function headerValue(
  known: KnownShape,
  headers: HeaderList,
  lowerName: string,
): string | undefined {
  const at = known.shape.positions.get(lowerName);
  return at === undefined ? undefined : headers[at[0] ?? -1]?.[1];
}

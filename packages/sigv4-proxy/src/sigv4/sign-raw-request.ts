import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import type { RawRequest } from '../request.js';
import { ECDSA, EMPTY_SHA256, HMAC, type SigningAlgorithm } from './algorithm.js';
import { canonicalHeaders, type HeaderPlan } from './canonical-headers.js';
import { canonicalPath } from './canonical-path.js';
import { canonicalQuery } from './canonical-query.js';
import { headersOf, type KnownShape } from './header-memory.js';
import { SigningCache } from './signing-cache.js';

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
  const known = headersOf(cache).shape(request.headers);
  const plan = planOf(cache, known, options.signedHeaders);
  const timestamp = request.headers[known.shape.at.amzDate]?.[1] ?? '';
  if (cache.dates.parse(timestamp) === undefined) {
    throw new SigV4ProxyError('missing-date', 'The header x-amz-date is missing or malformed.');
  }
  const cut = request.target.indexOf('?');
  const path = canonicalPath(cut < 0 ? request.target : request.target.slice(0, cut), {
    service: options.service,
    host: request.headers[known.shape.at.host]?.[1],
  });
  const query = cut < 0 ? '' : canonicalQuery(request.target.slice(cut + 1));
  const payload =
    options.payloadHash ?? request.headers[known.shape.at.sha256]?.[1] ?? sha256Hex(request.body);
  const { text, ascii } = canonicalHeaders(plan, request.headers);
  const canonical = `${request.method}\n${path}\n${query}\n${text}\n${plan.signedText}\n${payload}`;
  const bytes = ascii ? canonical : Buffer.from(canonical, 'latin1');
  return signCanonical(bytes, plan.signedText, timestamp, options, cache);
}

/** @internal What signs: the part of the options that no canonical request depends on. */
export type SigningIdentity = Pick<
  SignRawRequestOptions,
  'credentials' | 'region' | 'service' | 'algorithm'
>;

/** @internal Signs a canonical request; as text it is signed as UTF-8. */
export function signCanonical(
  canonical: string | Uint8Array,
  signedText: string,
  timestamp: string,
  identity: SigningIdentity,
  cache: SigningCache,
): RawSignature {
  const { credentials, region, service, algorithm = HMAC } = identity;
  const hashed = hash('sha256', canonical, 'hex');
  let scope: string;
  let signature: string;
  if (algorithm === ECDSA) {
    scope = `${timestamp.slice(0, 8)}/${service}/aws4_request`;
    const toSign = `${ECDSA}\n${timestamp}\n${scope}\n${hashed}`;
    signature = cache.keys.v4aKey(credentials).signText(toSign);
  } else if (region) {
    const key = cache.keys.scope(credentials, timestamp, region, service);
    scope = key.scope;
    signature = key.sign(timestamp, hashed);
  } else {
    throw new SigV4ProxyError('invalid-option', 'SigV4 needs a region to sign for.');
  }
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedText}, Signature=${signature}`;
  return { authorization, signature, timestamp, scope };
}

/** @internal The header lines for names that must all be there. */
export function planOf(
  cache: SigningCache,
  known: KnownShape,
  signedHeaders: readonly string[],
): HeaderPlan {
  const plan = headersOf(cache).plan(known, signedHeaders);
  if (plan.missing === undefined) return plan;
  throw new SigV4ProxyError('missing-signed-header', `There is no header ${plan.missing} to sign.`);
}

/** @internal SHA-256 of a body in hand. */
export function sha256Hex(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? EMPTY_SHA256 : hash('sha256', body, 'hex');
}

import { SigV4ProxyError } from '../errors.js';
import type { RawRequest } from '../request.js';
import type { SigningAlgorithm, SigningCredentials } from './algorithm.js';
import { canonicalHeaders, type HeaderPlan } from './canonical-headers.js';
import { canonicalPath } from './canonical-path.js';
import { canonicalQuery } from './canonical-query.js';
import { headersOf, type KnownShape } from './header-memory.js';
import type { VerifiedSignature } from './prove-signature.js';
import type { RequestQuery } from './request-query.js';
import { sha256Hex } from './sha256.js';
import { type RawSignature, signCanonical } from './sign-canonical.js';
import { SigningCache } from './signing-cache.js';
import { makerOf } from './sigv4a.js';
import { verifierMemoryOf } from './verifier-memory.js';

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
  /** The request this one is signed for again, so that a query which is the same is not made canonical twice. Default: none. */
  readonly verified?: VerifiedSignature | undefined;
  /** What to remember between requests. Default: nothing. */
  readonly cache?: SigningCache | undefined;
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
  if (verifierMemoryOf(cache).parseDate(timestamp) === undefined) {
    throw new SigV4ProxyError('missing-date', 'The header x-amz-date is missing or malformed.');
  }
  const cut = request.target.indexOf('?');
  const path = canonicalPath(cut < 0 ? request.target : request.target.slice(0, cut), {
    service: options.service,
    host: request.headers[known.shape.at.host]?.[1],
  });
  const query = cut < 0 ? '' : queryLine(request.target.slice(cut + 1), options.verified?.query);
  const payload =
    options.payloadHash ?? request.headers[known.shape.at.sha256]?.[1] ?? sha256Hex(request.body);
  const { text, ascii } = canonicalHeaders(plan, request.headers);
  const canonical = `${request.method}\n${path}\n${query}\n${text}\n${plan.signedText}\n${payload}`;
  const bytes = ascii ? canonical : Buffer.from(canonical, 'latin1');
  const { credentials, region, service } = options;
  const identity = { credentials, region, service, algorithm: makerOf(options.algorithm) };
  return signCanonical(bytes, plan.signedText, timestamp, identity, cache);
}

function queryLine(raw: string, verified: RequestQuery | undefined): string {
  return verified?.raw === raw ? verified.canonical() : canonicalQuery(raw);
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

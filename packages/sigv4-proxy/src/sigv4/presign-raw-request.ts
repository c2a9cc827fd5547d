import type { RawRequest } from '../request.js';
import { isS3Service, type SigningAlgorithm, type SigningCredentials } from './algorithm.js';
import { canonicalHeaders } from './canonical-headers.js';
import { canonicalPath } from './canonical-path.js';
import { canonicalQuery, decodeBytes } from './canonical-query.js';
import { headersOf } from './header-memory.js';
import { presignParameters } from './presign-parameters.js';
import { AUTH_PARAMETERS, readQueryAuth, ZONAL_TOKEN } from './query-auth.js';
import { sha256Hex } from './sha256.js';
import { signCanonical } from './sign-canonical.js';
import { planOf } from './sign-raw-request.js';
import { SigningCache } from './signing-cache.js';
import { makerOf } from './sigv4a.js';
import { encodeText } from './smithy-request.js';

/** How a raw request is presigned. */
export interface PresignRawRequestOptions {
  readonly credentials: SigningCredentials;
  /** Required but for SigV4A. */
  readonly region?: string | undefined;
  /** The regions of a SigV4A signature, such as `['us-east-1', 'eu-*']`. */
  readonly regionSet?: readonly string[] | undefined;
  /** Signing name, such as `s3`. */
  readonly service: string;
  /** Seconds from the signing date, 1 to 604 800. */
  readonly expiresIn: number;
  /** Default `AWS4-HMAC-SHA256`. SigV4A needs `regionSet`. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** The time to sign with. */
  readonly signingDate: Date;
  /** Lower-case names in ascending order, `host` among them; all must be in the request. */
  readonly signedHeaders: readonly string[];
  /**
   * The last line of the canonical request. Default: `X-Amz-Content-Sha256` of the query, else of the headers, else
   * `UNSIGNED-PAYLOAD` for the S3 family and the hash of the body given for others.
   */
  readonly payloadHash?: string | undefined;
  /** What to remember between requests. Default: nothing. */
  readonly cache?: SigningCache | undefined;
}

/**
 * Signs a request in query form: the new target. Old authentication parameters are dropped and all others stay as they were
 * written, so a presigned URL can be presigned again for other credentials.
 *
 * @param request target in origin form, headers as they will be sent
 * @param options what to sign with, and for how long
 * @throws SigV4ProxyError `expires-out-of-range`, `missing-signed-header`, `bad-encoding`, `duplicate-parameter`, `invalid-option`
 */
export function presignRawRequest(request: RawRequest, options: PresignRawRequestOptions): string {
  const cache = options.cache ?? new SigningCache();
  const { service } = options;
  const scope = { ...options, algorithm: makerOf(options.algorithm) };
  const cut = request.target.indexOf('?');
  const rawPath = cut < 0 ? request.target : request.target.slice(0, cut);
  const oldQuery = cut < 0 ? '' : request.target.slice(cut + 1);
  const known = headersOf(cache).shape(request.headers);
  const plan = planOf(cache, known, options.signedHeaders);
  const timestamp = cache.dates.format(options.signingDate);
  const old = readQueryAuth(oldQuery);
  const payload =
    options.payloadHash ??
    old?.get('x-amz-content-sha256') ??
    request.headers[known.shape.at.sha256]?.[1] ??
    (isS3Service(service) ? 'UNSIGNED-PAYLOAD' : sha256Hex(request.body));

  const { signed, unsigned } = presignParameters(
    { ...scope, zonal: service === 's3express' && old?.has(ZONAL_TOKEN) === true },
    timestamp,
    plan.signedText,
  );
  const query = [...keptPieces(oldQuery), ...signed.map(formatParameter)].join('&');
  const path = canonicalPath(rawPath, {
    service,
    host: request.headers[known.shape.at.host]?.[1],
  });
  const { text, ascii } = canonicalHeaders(plan, request.headers);
  const canonical = `${request.method}\n${path}\n${canonicalQuery(query)}\n${text}\n${plan.signedText}\n${payload}`;
  const bytes = ascii ? canonical : Buffer.from(canonical, 'latin1');
  const { signature } = signCanonical(bytes, plan.signedText, timestamp, scope, cache);
  const last = [...unsigned, ['X-Amz-Signature', signature] as const].map(formatParameter);
  return `${rawPath}?${query}&${last.join('&')}`;
}

/** When a request that was presigned for the proxy may end upstream: `expiresIn` for `presignRawRequest`. */
export interface PresignLifetimeQuestion {
  readonly now: Date;
  /** When the client's own URL ends. */
  readonly clientExpiresAt: Date;
  /** When the credentials end that will sign; default: never. */
  readonly credentialsExpireAt?: Date | undefined;
}

/**
 * Seconds that a request presigned again may live: no longer than the client's, than the credentials and than five minutes, as it
 * goes out at once, and at least one.
 *
 * @param question the three ends
 *
 * @example
 * ```ts
 * const now = new Date();
 * resolvePresignLifetime({ now, clientExpiresAt: new Date(now.getTime() + 900_000) }); // 300: five minutes at most
 * ```
 */
export function resolvePresignLifetime(question: PresignLifetimeQuestion): number {
  const left = (end: Date | undefined) =>
    end === undefined ? SOON : Math.floor((end.getTime() - question.now.getTime()) / 1000);
  const seconds = Math.min(
    left(question.clientExpiresAt),
    left(question.credentialsExpireAt),
    SOON,
  );
  return Math.max(seconds, 1);
}

const SOON = 300;

const formatParameter = ([name, value]: readonly [string, string]) =>
  `${name}=${encodeText(value)}`;

function keptPieces(query: string): string[] {
  const kept: string[] = [];
  for (const piece of query.split('&')) {
    const equals = piece.indexOf('=');
    const name = decodeBytes(equals < 0 ? piece : piece.slice(0, equals)).toLowerCase();
    // A raw plus means a blank here; written out, no reader can take it for a plus.
    if (piece === '' || AUTH_PARAMETERS.has(name) || name === ZONAL_TOKEN) continue;
    kept.push(piece.replaceAll('+', '%20'));
  }
  return kept;
}

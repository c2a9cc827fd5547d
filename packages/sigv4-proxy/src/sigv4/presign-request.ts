import type { HttpRequest } from '@smithy/types';
import { isS3Service } from './algorithm.js';
import { canonicalPath } from './canonical-path.js';
import { presignParameters } from './presign-parameters.js';
import { AUTH_PARAMETERS } from './query-auth.js';
import { canonicalRecord, planRequest, REPLACED } from './request-plan.js';
import { signCanonical } from './sign-canonical.js';
import { hostOf, type SignRequestOptions } from './sign-request.js';
import { SigningCache } from './signing-cache.js';
import { canonicalQueryOfBag, payloadOf, wirePathOf } from './smithy-request.js';

/** How a request is presigned. */
export interface PresignRequestOptions extends Omit<SignRequestOptions, 'applyChecksum'> {
  /** Seconds the URL is good for, 1 to 604 800. Default 3600. */
  readonly expiresIn?: number | undefined;
  /** Lower-case names of `x-amz-*` headers that stay headers. Default: none, all move into the query. */
  readonly unhoistableHeaders?: ReadonlySet<string> | undefined;
  /** Lower-case names of other headers that move into the query. Default: none. */
  readonly hoistableHeaders?: ReadonlySet<string> | undefined;
}

/**
 * Signs a smithy request in query form, so that a bare URL carries it. The result is a copy.
 *
 * @param request `x-amz-content-sha256`, when it states one, decides the payload line; else S3 URLs leave the body unsigned
 * @param options credentials, scope, time and lifetime
 * @throws SigV4ProxyError `expires-out-of-range`, `invalid-option`, `bad-encoding`, `payload-mismatch`, `missing-payload-hash`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export function presignRequest(request: HttpRequest, options: PresignRequestOptions): HttpRequest {
  const cache = options.cache ?? new SigningCache();
  const { service, expiresIn = 3600 } = options;
  const timestamp = cache.dates.format(options.signingDate);
  const kept = new Map<string, string>();
  const parameters = new Map<string, string | string[] | null>();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (!AUTH_PARAMETERS.has(name.toLowerCase())) parameters.set(name, value);
  }
  let stated: string | undefined;
  let host: string | undefined;
  for (const [name, value] of Object.entries(request.headers)) {
    const lower = name.toLowerCase();
    if (REPLACED.has(lower) || value === undefined) continue;
    if (lower === 'x-amz-content-sha256') stated = value;
    if (lower === 'host') host = value;
    const hoisted = lower.startsWith('x-amz-')
      ? !options.unhoistableHeaders?.has(lower)
      : options.hoistableHeaders?.has(lower);
    if (hoisted) parameters.set(name, value);
    else kept.set(name, value);
  }
  if (host === undefined) {
    host = hostOf(request);
    kept.set('host', host);
  }
  const payload =
    options.payloadHash ??
    (stated === undefined && isS3Service(service)
      ? 'UNSIGNED-PAYLOAD'
      : payloadOf(request.body, stated));

  const plan = planRequest([...kept.keys()], {
    presigned: true,
    signableHeaders: options.signableHeaders,
    unsignableHeaders: options.unsignableHeaders,
  });
  const { signed, unsigned } = presignParameters(
    { ...options, expiresIn },
    timestamp,
    plan.signedText,
  );
  for (const [name, value] of signed) parameters.set(name, value);
  const path = canonicalPath(wirePathOf(request.path), { service, host });
  const headers = Object.fromEntries(kept);
  const lines = canonicalRecord(plan, headers, undefined);
  const query = canonicalQueryOfBag(Object.fromEntries(parameters));
  const canonical = `${request.method}\n${path}\n${query}\n${lines}${plan.signedLine}${payload}`;
  const { signature } = signCanonical(canonical, plan.signedText, timestamp, options, cache);
  for (const [name, value] of unsigned) parameters.set(name, value);
  parameters.set('X-Amz-Signature', signature);
  return { ...request, headers, query: Object.fromEntries(parameters) };
}

import type { RawRequest } from '../request.js';
import type { SignatureCheckOptions } from './check-signature.js';
import { parseSignature } from './parse-signature.js';
import type { VerifiedSignature } from './prove-signature.js';
import type { SigningCache } from './signing-cache.js';

/** What a signature is verified against. */
export interface VerifySignatureOptions extends SignatureCheckOptions {
  /** What to remember between requests. Default: nothing. */
  readonly cache?: SigningCache | undefined;
}

/**
 * Verifies the SigV4 or SigV4A signature of a request, in header or query form, and the hash of a body that is given. The checks
 * run in one fixed order and the first that fails names the code. It is `parseSignature`, `check` and `prove` in one; a server
 * that must look up credentials or collect the body in between calls those.
 *
 * @param request the raw request; without `body` it has none, or (payload modes `hash`, `chunked` and `unsigned`) one that
 *   still has to prove what `payload` of the result says
 * @param options credential, clock and policies
 * @throws SigV4ProxyError the codes of `parseSignature`, `check` and `prove`
 *
 * @example
 * ```ts
 * declare const request: RawRequest;
 * const { region, service } = verifySignature(request, {
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
 *   now: new Date(),
 * });
 * ```
 */
export function verifySignature(
  request: RawRequest,
  options: VerifySignatureOptions,
): VerifiedSignature {
  return parseSignature(request, options).check(options).prove(request.body);
}

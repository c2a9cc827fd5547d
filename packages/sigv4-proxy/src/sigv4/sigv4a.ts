import { SigV4ProxyError } from '../errors.js';
import { ECDSA, type SigV4a } from './algorithm.js';
import { v4aKeysOf } from './v4a-keys.js';

/**
 * SigV4A, for the option `algorithm` of the signers; they need a `regionSet` with it. Its signatures differ at each call.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @example
 * ```ts
 * declare const request: Parameters<typeof signRequest>[0];
 * const signed = signRequest(request, {
 *   credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
 *   algorithm: sigv4a,
 *   regionSet: ['*'],
 *   service: 's3',
 *   signingDate: new Date(),
 * });
 * ```
 */
export const sigv4a: SigV4a = {
  name: 'AWS4-ECDSA-P256-SHA256',
  regionSetText(regionSet) {
    if (regionSet !== undefined && regionSet.length > 0) return regionSet.join(',');
    throw new SigV4ProxyError(
      'invalid-option',
      'SigV4A needs a regionSet; use ["*"] for all regions.',
    );
  },
  signText: (text, credentials, cache) => v4aKeysOf(cache).key(credentials).signText(text),
};

/** @internal The implementation of an algorithm. */
export function makerOf(algorithm: string | undefined): SigV4a | undefined {
  return algorithm === ECDSA ? sigv4a : undefined;
}

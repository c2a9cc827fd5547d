export { SigV4ProxyError, type SigV4ProxyErrorCode } from '../errors.js';
export type { SignatureMaker, SigningCredentials, SigV4a } from './algorithm.js';
export { createRequestSigner, type RequestSignerOptions } from './request-signer.js';
export { type SignRequestOptions, signRequest } from './sign-request.js';
export {
  createSigningCache,
  type SigningCache,
  type SigningCacheOptions,
} from './signing-cache.js';

export { SigV4ProxyError, type SigV4ProxyErrorCode } from '../errors.js';
export type { HeaderList, HeaderPair, RawRequest } from '../request.js';
export type { SigningAlgorithm } from './algorithm.js';
export { canonicalPath } from './canonical-path.js';
export { canonicalQuery } from './canonical-query.js';
export type {
  CheckedSignature,
  ClientCredential,
  SignatureCheckOptions,
} from './check-signature.js';
export {
  type AuthorizationScope,
  type ParsedAuthorization,
  parseAuthorization,
} from './parse-authorization.js';
export { type ParsedSignature, parseSignature } from './parse-signature.js';
export type { ChunkedPayload, Payload, StreamingMode } from './payload-mode.js';
export {
  type PresignLifetimeQuestion,
  type PresignRawRequestOptions,
  presignRawRequest,
  resolvePresignLifetime,
} from './presign-raw-request.js';
export { type PresignRequestOptions, presignRequest } from './presign-request.js';
export type { HashedBody, VerifiedSignature } from './prove-signature.js';
export { createRequestSigner, type RequestSignerOptions } from './request-signer.js';
export {
  type RawSignature,
  type SigningCredentials,
  type SignRawRequestOptions,
  signRawRequest,
} from './sign-raw-request.js';
export { type SignRequestOptions, signRequest } from './sign-request.js';
export {
  createSigningCache,
  type SigningCache,
  type SigningCacheOptions,
} from './signing-cache.js';
export { type VerifySignatureOptions, verifySignature } from './verify-signature.js';

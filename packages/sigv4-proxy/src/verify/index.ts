export { SigV4ProxyError, type SigV4ProxyErrorCode } from '../errors.js';
export type { HeaderList, HeaderPair, RawRequest } from '../request.js';
export type { SigningAlgorithm, SigningCredentials } from '../sigv4/algorithm.js';
export { canonicalPath } from '../sigv4/canonical-path.js';
export { canonicalQuery } from '../sigv4/canonical-query.js';
export type {
  CheckedSignature,
  ClientCredential,
  SignatureCheckOptions,
} from '../sigv4/check-signature.js';
export {
  type AuthorizationScope,
  type ParsedAuthorization,
  parseAuthorization,
} from '../sigv4/parse-authorization.js';
export { type ParsedSignature, parseSignature } from '../sigv4/parse-signature.js';
export type { ChunkedPayload, Payload, StreamingMode } from '../sigv4/payload-mode.js';
export {
  type PresignLifetimeQuestion,
  type PresignRawRequestOptions,
  presignRawRequest,
  resolvePresignLifetime,
} from '../sigv4/presign-raw-request.js';
export type { HashedBody, VerifiedSignature } from '../sigv4/prove-signature.js';
export type { RawSignature } from '../sigv4/sign-canonical.js';
export { type SignRawRequestOptions, signRawRequest } from '../sigv4/sign-raw-request.js';
export {
  createSigningCache,
  type SigningCache,
  type SigningCacheOptions,
} from '../sigv4/signing-cache.js';
export { type VerifySignatureOptions, verifySignature } from '../sigv4/verify-signature.js';

export { FederationError, type FederationErrorCode } from '../errors.js';
export type { ResourceTag } from '../policy/tags.js';
export type { SessionTag } from '../sts/types.js';
export type { DiscoveryDocument } from './discovery.js';
export {
  formatProviderArn,
  type IssuerResult,
  issuerFromPublicAddress,
  issuerFromS3Uri,
  type ProviderArnQuery,
  type S3IssuerOptions,
} from './issuer.js';
export { type JsonWebKeySet, jwksFromPublicKeys, type PublicSigningKey } from './jwks.js';
export {
  createSigningKeyRing,
  type SigningKeyRing,
  type SigningKeyRingOptions,
  type SigningKeySource,
} from './key-ring.js';
export { createOidcProvider, type OidcProvider, type OidcProviderOptions } from './provider.js';
export {
  createProviderParams,
  type ProviderParams,
  type ProviderParamsQuery,
  thumbprintOfChain,
} from './provider-registration.js';
export {
  generateSigningKey,
  type RemoteSigner,
  type SigningKey,
  signingKeyFromPem,
  signingKeyFromSigner,
  type TokenHeader,
} from './signing-key.js';
export { DEFAULT_AUDIENCE, type IssueTokenQuery } from './token.js';

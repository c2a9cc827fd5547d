export type { AbortLike } from './abort-like.js';
export { AUDIT_CHANNEL, type AuditLog } from './audit/audit-log.js';
export type { AuditApp, AuditAws, AuditEvent, AuditEventType, AuditHttp } from './audit/event.js';
export { REQUEST_CHANNEL, type RequestTrace } from './audit/trace-request.js';
export { errorKindOf, type SigV4ProxyErrorKind } from './error-kinds.js';
export {
  SigV4ProxyError,
  type SigV4ProxyErrorCode,
  type SigV4ProxyErrorOptions,
} from './errors.js';
export type { BodyKind } from './forward/body-headers.js';
export type { LookupAddresses } from './forward/connector.js';
export {
  type PreparedHeaders,
  type PrepareHeadersOptions,
  type PrepareHeadersQuery,
  prepareHeaders,
} from './forward/header-policy.js';
export type { ConnectUpstream } from './forward/upstream.js';
export type { ExchangedUrl } from './handle/exchange-presigned.js';
export type { SigV4ProxyMetrics } from './metrics.js';
export {
  type NameOperationQuery,
  nameOperation,
  type OperationName,
} from './operation/name-operation.js';
export { isReadOnlyOperation } from './operation/read-only.js';
export {
  type AllowDenyList,
  createRequestRules,
  type RequestRulesDecision,
  type RequestRulesOptions,
  type RuledRequest,
} from './operation/request-rules.js';
export { loadRestRoutes, RestRoutes } from './operation/rest-routes.js';
export {
  type SelectRoleQuery,
  type SelectRoleResult,
  selectRole,
} from './operation/select-role.js';
export type {
  AuthenticatedKey,
  Authorization,
  AuthorizationReason,
  AuthorizedRole,
  AwsRequest,
  ClientSession,
  ClientSessionApp,
  PresignExchangePolicy,
  SignerFactory,
  SigV4ProxyLimits,
  SigV4ProxyOptions,
  UnsignedOperation,
} from './options.js';
export { presignRequest } from './presign/index.js';
export { createSigV4Proxy, type SigV4Proxy } from './proxy.js';
export type { HeaderList, HeaderPair, ProxyMode, ProxyRequest, RawRequest } from './request.js';
export type { ProxyResponse } from './response.js';
export type { ProxyRuntime } from './runtime.js';
export type { SessionChange, SessionRecord, SessionStore } from './session-store/session-store.js';
export {
  createRequestSigner,
  createSigningCache,
  type SigV4a,
  signRequest,
} from './sigv4/index.js';
export { sigv4a } from './sigv4a/index.js';
export {
  type ChunkChainOptions,
  type ChunkDecoder,
  type ChunkDecoderOptions,
  type ChunkedBodyOptions,
  type ChunkPart,
  type ChunkSigner,
  type ChunkVerifier,
  type ChunkVerifierOptions,
  createChunkDecoder,
  createChunkSigner,
  createChunkVerifier,
  holdBack,
  type Trailer,
  transformChunkedBody,
} from './streaming/index.js';
export {
  type FilterAddressesOptions,
  filterAddresses,
  isBlockedAddress,
} from './target/addresses.js';
export {
  type ConnectDecision,
  type DecideConnectOptions,
  decideConnect,
  type NonAwsPolicy,
} from './target/decide-connect.js';
export { resolveTarget } from './target/resolve-target.js';
export type {
  S3HostLabel,
  Target,
  TargetOptions,
  TargetQuery,
  TargetScope,
} from './target/target-options.js';
export { type ValidateAwsHostOptions, validateAwsHost } from './target/validate-aws-host.js';
export {
  type CapDurationQuery,
  type CappedDuration,
  capAssumeRoleDuration,
} from './vended/cap-assume-role-duration.js';
export type { VendedCredentials } from './vended/credential-fields.js';
export { findVendedCall, type VendedCall } from './vended/find-vended-call.js';
export {
  readVendedResponse,
  type VendedResponse,
  type VendedResponseQuery,
} from './vended/vended-response.js';
export {
  type ClientCredential,
  type HashedBody,
  type ParsedAuthorization,
  parseAuthorization,
  parseSignature,
  type VerifiedSignature,
  verifySignature,
} from './verify/index.js';
export {
  type ErrorResponse,
  type ErrorResponseQuery,
  formatErrorResponse,
} from './wire-errors/format-error-response.js';
export {
  type DetectProtocolQuery,
  detectProtocol,
  type WireProtocol,
} from './wire-errors/protocol.js';

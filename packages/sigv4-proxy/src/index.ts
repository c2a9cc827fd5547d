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
export type { NameOperationQuery, OperationName } from './operation/name-operation.js';
export type {
  AllowDenyList,
  RequestRulesDecision,
  RequestRulesOptions,
  RuledRequest,
} from './operation/request-rules.js';
export type { SelectRoleQuery, SelectRoleResult } from './operation/select-role.js';
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
export { createSigV4Proxy, type SigV4Proxy } from './proxy.js';
export type { HeaderList, HeaderPair, ProxyMode, ProxyRequest, RawRequest } from './request.js';
export type { ProxyResponse } from './response.js';
export type { ProxyRuntime } from './runtime.js';
export type { SessionChange, SessionRecord, SessionStore } from './session-store/session-store.js';
export type { SigV4a } from './sigv4/index.js';
export type {
  ChunkChainOptions,
  ChunkDecoder,
  ChunkDecoderOptions,
  ChunkedBodyOptions,
  ChunkPart,
  ChunkSigner,
  ChunkVerifier,
  ChunkVerifierOptions,
  Trailer,
} from './streaming/index.js';
export type { FilterAddressesOptions } from './target/addresses.js';
export type {
  ConnectDecision,
  DecideConnectOptions,
  NonAwsPolicy,
} from './target/decide-connect.js';
export type {
  S3HostLabel,
  Target,
  TargetOptions,
  TargetQuery,
  TargetScope,
} from './target/target-options.js';
export type { ValidateAwsHostOptions } from './target/validate-aws-host.js';
export {
  capAssumeRoleDuration,
  createChunkDecoder,
  createChunkSigner,
  createChunkVerifier,
  createRequestRules,
  createRequestSigner,
  createSigningCache,
  decideConnect,
  detectProtocol,
  filterAddresses,
  findVendedCall,
  formatErrorResponse,
  holdBack,
  isBlockedAddress,
  isReadOnlyOperation,
  loadRestRoutes,
  nameOperation,
  parseAuthorization,
  parseSignature,
  presignRequest,
  RestRoutes,
  readVendedResponse,
  resolveTarget,
  selectRole,
  signRequest,
  sigv4a,
  transformChunkedBody,
  validateAwsHost,
  verifySignature,
} from './toolkit.js';
export type { CapDurationQuery, CappedDuration } from './vended/cap-assume-role-duration.js';
export type { VendedCredentials } from './vended/credential-fields.js';
export type { VendedCall } from './vended/find-vended-call.js';
export type { VendedResponse, VendedResponseQuery } from './vended/vended-response.js';
export type {
  ClientCredential,
  HashedBody,
  ParsedAuthorization,
  VerifiedSignature,
} from './verify/index.js';
export type { ErrorResponse, ErrorResponseQuery } from './wire-errors/format-error-response.js';
export type { DetectProtocolQuery, WireProtocol } from './wire-errors/protocol.js';

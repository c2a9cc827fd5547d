// What can be used without a proxy. In a file of its own, and built as one: whoever imports the proxy alone is then not
// given what these share with the parts that a proxy loads on demand.
export { nameOperation } from './operation/name-operation.js';
export { isReadOnlyOperation } from './operation/read-only.js';
export { createRequestRules } from './operation/request-rules.js';
export { loadRestRoutes, RestRoutes } from './operation/rest-routes.js';
export { selectRole } from './operation/select-role.js';
export { presignRequest } from './presign/index.js';
export { createRequestSigner, createSigningCache, signRequest } from './sigv4/index.js';
export { sigv4a } from './sigv4a/index.js';
export {
  createChunkDecoder,
  createChunkSigner,
  createChunkVerifier,
  holdBack,
  transformChunkedBody,
} from './streaming/index.js';
export { filterAddresses, isBlockedAddress } from './target/addresses.js';
export { decideConnect } from './target/decide-connect.js';
export { resolveTarget } from './target/resolve-target.js';
export { validateAwsHost } from './target/validate-aws-host.js';
export { capAssumeRoleDuration } from './vended/cap-assume-role-duration.js';
export { findVendedCall } from './vended/find-vended-call.js';
export { readVendedResponse } from './vended/vended-response.js';
export { parseAuthorization, parseSignature, verifySignature } from './verify/index.js';
export { formatErrorResponse } from './wire-errors/format-error-response.js';
export { detectProtocol } from './wire-errors/protocol.js';

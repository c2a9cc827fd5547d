export { type Access, type AccessQuestion, createAccess } from './access.js';
export { type AuditRecord, createAuditLog } from './audit-log.js';
export { stsRegion } from './aws-clients.js';
export { createGateway, type Gateway, type GatewayOptions, type Login } from './compose.js';
export {
  type CheckedResources,
  checkResources,
  createDirectory,
  type Directory,
  loadDirectory,
} from './directory.js';
export { GatewayError, type GatewayErrorCode } from './gateway-error.js';
export type { GatewaySession, LocalCredentials } from './sessions.js';
export { createUpstream, type Upstream } from './upstream.js';

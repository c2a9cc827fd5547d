export { openAuditFile } from './audit-file.js';
export { type AuditLog, type AuditRecord, createAuditLog } from './audit-log.js';
export { createPortal, type PortalOptions } from './portal.js';
export { createWebServer } from './serve.js';
export type {
  AppRole,
  AppView,
  AuditEntry,
  AuditFilter,
  GatewayInfo,
  GatewayService,
  LockView,
  NewLock,
  NewRequest,
  RequestContext,
  RequestView,
  Review,
  RoleView,
} from './service.js';

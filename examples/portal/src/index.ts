export { createPortal, type PortalOptions } from './portal.js';
export type {
  AppRole,
  AppView,
  AuditEntry,
  AuditFilter,
  GatewayInfo,
  GatewayService,
  LockView,
  LoginSession,
  NewLock,
  NewLogin,
  NewRequest,
  RequestContext,
  RequestView,
  Review,
  RoleView,
} from './service.js';

export type { AuditRecord } from '@postern/portal';
export { createAccess } from './access.js';
export { stsRegion } from './aws-clients.js';
export { createGateway, type Gateway, type Login } from './compose.js';
export { checkResources, type Directory, loadDirectory } from './directory.js';
export type { LocalCredentials } from './sessions.js';
export { createUpstream } from './upstream.js';

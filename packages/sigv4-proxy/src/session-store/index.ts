export {
  type ConnectedSessionStore,
  type ConnectSessionStoreOptions,
  connectSessionStore,
} from './connect-session-store.js';
export {
  createMemorySessionStore,
  type MemorySessionStoreOptions,
} from './create-memory-session-store.js';
export {
  createSessionView,
  type SessionView,
  type SessionViewOptions,
} from './create-session-view.js';
export { serveSessionStore } from './serve-session-store.js';
export type { SessionPort } from './session-messages.js';
export type { SessionChange, SessionRecord, SessionStore } from './session-store.js';
export {
  type OpenedSessionStores,
  type SessionStoreRule,
  sessionStoreContract,
} from './session-store-contract.js';

export type { CertificateAuthority, ServerCertificate } from './certificate-authority.js';
export { type CloseServerOptions, closableServer } from './close-server.js';
export {
  type ConnectListener,
  type ConnectListenerOptions,
  createConnectListener,
} from './connect-listener.js';
export { createLocalProxy, type LocalProxy, type LocalProxyOptions } from './create-local-proxy.js';
export type { SystemProxy } from './dial-tunnel.js';
export { answerParseErrors } from './parse-error.js';
export {
  createRequestListener,
  type ProxyRequestListener,
  type RequestListenerOptions,
} from './request-listener.js';
export { serverOptions } from './server-options.js';
export { createUpstreamConnect } from './upstream-connect.js';
export { type CaBundle, type CaBundleOptions, writeCaBundle } from './write-ca-bundle.js';

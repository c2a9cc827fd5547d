export { ConfigError, type ConfigErrorCode, type ConfigErrorInit } from '../errors.js';
export { createServiceHostnameParser, parseServiceHostname } from './parse-hostname.js';
export {
  resolveServiceEndpoint,
  type ServiceEndpoint,
  type ServiceEndpointQuery,
} from './resolve.js';
export type { ServiceHost } from './service-host.js';
export {
  getServiceNames,
  type ServiceNames,
  serviceNames,
  servicesSigningAs,
} from './signing-names.js';

export { SigV4ProxyError, type SigV4ProxyErrorCode } from '../errors.js';
export { createEnvironment } from './create-environment.js';
export {
  type CreateLocalCredentialsOptions,
  createLocalCredentials,
} from './create-local-credentials.js';
export { environmentFormatNames, formatEnvironment } from './format-environment.js';
export type { EnvironmentFormat } from './formats.js';
export type {
  ConnectEnvironmentOptions,
  EndpointUrlEnvironmentOptions,
  EnvironmentOptions,
  LocalCredentials,
  ProxyEnvironment,
} from './types.js';

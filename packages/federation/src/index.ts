export {
  type ConsoleSession,
  type ConsoleSessionQuery,
  createConsoleSession,
} from './console/create-console-session.js';
export type { ServiceShortcut } from './console/data/service-shortcuts.js';
export { serviceShortcuts } from './console/data/service-shortcuts.js';
export {
  type ConsoleDestinationQuery,
  type ConsolePage,
  resolveConsoleDestination,
} from './console/destination.js';
export {
  type FederationEndpointQuery,
  resolveFederationEndpoint,
} from './console/federation-endpoint.js';
export {
  type FirefoxContainerQuery,
  formatFirefoxContainerUri,
  formatLoginUrl,
  formatLogoutUrl,
  type LoginUrlQuery,
  type LogoutUrlQuery,
} from './console/login-url.js';
export {
  type ConsolePlan,
  type ConsolePlanQuery,
  planConsoleSession,
} from './console/plan-console-session.js';
export {
  processSigninTokenResponse,
  type SigninTokenQuery,
  type SigninTokenResponseOptions,
  signinTokenRequest,
} from './console/signin-token.js';
export { type CredentialsFormat, formatCredentials } from './credentials/format.js';
export {
  FederationError,
  type FederationErrorCode,
  type FederationErrorInit,
  type StsFailure,
} from './errors.js';
export {
  type CredentialSource,
  isChainedSource,
  type SourceFacts,
} from './session/credential-source.js';
export {
  type DurationLimit,
  type DurationPlan,
  resolveSessionDuration,
  type SessionDurationQuery,
} from './session/duration.js';
export {
  formatFederatedUserName,
  formatRoleSessionName,
  type RoleSessionNameOptions,
} from './session/role-session-name.js';
export { type AssumeRoleQuery, assumeRole } from './sts/assume-role.js';
export {
  type AssumeRoleWithWebIdentityQuery,
  assumeRoleWithWebIdentity,
  assumeRoleWithWebIdentityParams,
  type WebIdentityParameters,
  type WebIdentityRequest,
} from './sts/assume-role-with-web-identity.js';
export type { SessionParameters } from './sts/check-parameters.js';
export {
  createRoleCredentials,
  type GetCredentialsOptions,
  type RoleCredentials,
  type RoleCredentialsOptions,
} from './sts/role-credentials.js';
export type {
  RoleSessionRequest,
  RoleStep,
  StsContext,
  StsFactory,
  WebIdentity,
} from './sts/role-session-request.js';
export type { AssumedRole, SessionTag, StsOutput, StsSender } from './sts/types.js';

export { type ChangeDecision, canChange } from './can-change.js';
export { type CheckSetOptions, checkSet } from './check-set.js';
export { dumpResource } from './dump-resource.js';
export { ConfigError, type ConfigErrorCode, type ConfigErrorInit } from './errors.js';
export type { Diagnostic, DiagnosticCode, Position, Severity } from './load/diagnostic.js';
export { type FormattableDiagnostic, formatDiagnostics } from './load/format-diagnostics.js';
export type { LoadLimits } from './load/limits.js';
export { type LoadBase64Result, loadServiceConfigFromBase64 } from './load/load-base64.js';
export {
  type LoadFileResult,
  loadHelmValues,
  loadServiceConfig,
} from './load/load-file.js';
export {
  type LoadOptions,
  type LoadResourcesOptions,
  type LoadResult,
  loadResources,
} from './load/load-resources.js';
export { type Issue, locateIssue } from './load/origin.js';
export type { SourceText } from './load/source-text.js';
export { maskTokenName } from './mask-token-name.js';
export {
  type Normalized,
  type NormalizedDocument,
  type NormalizedHelmValues,
  type NormalizedServiceConfig,
  type NormalizedViews,
  normalize,
} from './normalize.js';
export { resourceKinds } from './resource-kinds.js';
export type { ExtraResource, ExtraSchema } from './schema/extra-kinds.js';
export { type FileKind, schemaFor } from './schema-for.js';
export { selectKind } from './select-kind.js';
export type { JsonSchema } from './shape/shape.js';
export { isTemplate } from './template/template.js';
export type {
  App,
  AppAws,
  AppCloud,
  AppCommand,
  AppFields,
  AppHeader,
  AppRewrite,
  AppRolesAnywhereProfile,
  AppServer,
  AppServerSpec,
  AppSpec,
  AwsOidcIntegration,
  AwsRaIntegration,
  AzureOidcIntegration,
  GithubIntegration,
  Integration,
  IntegrationSpec,
  IntegrationSubKind,
  NestedApp,
  ProfileSyncConfig,
  ServiceApp,
} from './types/app.js';
export type {
  DurationText,
  Kept,
  LabelMatcher,
  LabelSet,
  Metadata,
  ResourceOf,
  StringList,
  TimeText,
  Traits,
} from './types/common.js';
export type {
  AttributeMapping,
  ClaimMapping,
  GithubConnector,
  GithubConnectorSpec,
  OidcConnector,
  OidcConnectorSpec,
  SamlConnector,
  SamlConnectorSpec,
  TeamMapping,
} from './types/connector.js';
export type {
  AccessList,
  AccessListAudit,
  AccessListMember,
  AccessListNotifications,
  AccessListOwner,
  AccessListRecurrence,
  AccessListSpec,
  AccessRequest,
  AccessRequestSpec,
  AccessRequestState,
  JoinMethod,
  Lock,
  LockSpec,
  LockTarget,
  MembershipKind,
  ResourceId,
  RolesAndTraits,
  SystemRole,
  Token,
  TokenRule,
  TokenSpec,
  User,
  UserSpec,
} from './types/identity.js';
export type { AuthConnector, Resource, ResourceKind } from './types/resource.js';
export type {
  OtherCondition,
  RequestConditions,
  RequestReason,
  RequestThreshold,
  ReviewConditions,
  Role,
  RoleConditions,
  RoleOptions,
  RoleRule,
  RoleSpec,
  RoleVersion,
  TraitMapping,
} from './types/role.js';
export type {
  AppServiceSection,
  HelmAnnotations,
  HelmJoinParams,
  HelmValues,
  JoinParams,
  LogSection,
  ResourceSelector,
  ServiceConfig,
  ServiceSection,
  TeleportSection,
} from './types/service.js';

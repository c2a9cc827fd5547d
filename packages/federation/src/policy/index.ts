export { FederationError, type FederationErrorCode } from '../errors.js';
export { checkIntegrationRole, type IntegrationRoleQuery } from './check-integration-role.js';
export { checkTargetRole, type TargetRoleQuery } from './check-target-role.js';
export { policiesEqual } from './compare.js';
export { ensureStatement, removeStatement } from './edit-policy.js';
export type { RoleFinding, RoleFindingCode, RoleFix, RoleReport } from './finding.js';
export { formatAwsCli } from './format-aws-cli.js';
export { formatTerraform } from './format-terraform.js';
export { formatPolicy, type ParsePolicyOptions, parsePolicy } from './parse-policy.js';
export {
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  type RolesPermissionQuery,
  TAGGED_ROLES_POLICY_NAME,
  type TaggedRolesPermissionQuery,
} from './permission.js';
export type { RolePlan } from './role-plan.js';
export {
  INTEGRATION_TAG,
  type ResourceTag,
  TARGET_ROLE_VALUE,
  tagsIntegration,
  tagsTargetRole,
} from './tags.js';
export {
  type AccountParts,
  type EksServiceAccountTrustQuery,
  type OidcProviderTrustQuery,
  type RoleTrustQuery,
  trustAccountRoot,
  trustEksServiceAccount,
  trustOidcProvider,
  trustRole,
  trustRolesAnywhere,
  trustService,
} from './trust.js';
export type {
  BuiltPolicy,
  OneOrMany,
  PolicyCondition,
  PolicyDocument,
  PolicyPrincipal,
  PolicyStatement,
  PolicyWarning,
} from './types.js';

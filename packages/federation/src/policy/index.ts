export { FederationError, type FederationErrorCode } from '../errors.js';
export { policiesEqual } from './compare.js';
export { ensureStatement, removeStatement } from './edit-policy.js';
export { formatPolicy, type ParsePolicyOptions, parsePolicy } from './parse-policy.js';
export {
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  TAGGED_ROLES_POLICY_NAME,
  type TaggedRolesPermissionQuery,
} from './permission.js';
export {
  INTEGRATION_TAG,
  type ResourceTag,
  TARGET_ROLE_VALUE,
  tagsIntegration,
  tagsTargetRole,
} from './tags.js';
export {
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

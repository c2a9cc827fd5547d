// Roles of a user and decisions
export type { AccessState, ResourceId } from './access/access-state.js';
export type { AccessDecision, DenyCode, Reason, ReasonCondition } from './access/decision.js';
export { type AppAccessQuery, evaluateAppAccess } from './access/evaluate-app-access.js';
export { type AwsAccessQuery, evaluateAwsAccess } from './access/evaluate-aws-access.js';
export { evaluateRule, type RuleContext, type RuleQuery } from './access/evaluate-rule.js';
// AWS roles to choose from
export { listAwsRoleArns } from './access/list-aws-role-arns.js';
export {
  type AwsArnsForTtl,
  type AwsArnsForTtlQuery,
  listAwsRoleArnsForTtl,
} from './access/list-aws-role-arns-for-ttl.js';
export {
  type AwsRoleStatus,
  type AwsRoleStatusesOptions,
  type AwsRoleStatusName,
  listAwsRoleStatuses,
} from './access/list-aws-role-statuses.js';
export { type AwsRoleSelection, selectAwsRole } from './access/select-aws-role.js';
export { sortAwsRoleChoices } from './access/sort-aws-role-choices.js';
export {
  type AwsRoleChoice,
  type AwsRoleChoicesOptions,
  toAwsRoleChoices,
} from './access/to-aws-role-choices.js';
// Login
export type {
  AttributeMapping,
  AuthConnector,
  Claims,
  ConnectorWarning,
  RoleMappings,
  TeamMapping,
} from './connectors/connector.js';
export {
  type ConnectorMapping,
  type ConnectorOptions,
  mapConnectorClaims,
} from './connectors/map-connector-claims.js';
export { RbacError, type RbacErrorCode, type RbacErrorOptions, type Span } from './errors.js';
// Why
export { type DecisionExplanation, describeDecision } from './explain/describe-decision.js';
export type { RoleExplanation } from './explain/describe-role.js';
export {
  type AppDifference,
  diffRoleSets,
  type RoleSetDifference,
} from './explain/diff-role-sets.js';
export { explainDecision } from './explain/explain-decision.js';
export { type WhichRolesQuery, whichRolesGrant } from './explain/which-roles-grant.js';
export { type PossibleUser, whoCanAssume } from './explain/who-can-assume.js';
// Building blocks
export { compileLabelExpression } from './labels/compile-label-expression.js';
export type {
  LabelExpression,
  LabelExpressionContext,
  LabelExpressionResult,
} from './labels/label-expression.js';
export { matchLabels } from './labels/match-labels.js';
export type { LabelMatch } from './labels/selector.js';
export type { LanguageName, Languages } from './languages/languages.js';
export { DEFAULT_LIMITS, type Limits } from './limits.js';
export { type LintCode, type LintFinding, type LintOptions, lintRoles } from './lint/lint-roles.js';
export type {
  AccessList,
  AccessListGrants,
  AccessListMember,
  AccessListRequirements,
} from './lists/access-list.js';
export {
  type AccessListGrant,
  type AccessListQuery,
  resolveAccessListGrants,
} from './lists/resolve-access-list-grants.js';
// Locks
export type { LockCheck } from './locks/check-locks.js';
export { evaluateLocks, type LockDecision, type LockQuery } from './locks/evaluate-locks.js';
export type { Lock, LockIdentity, LockMode, LockTarget } from './locks/lock.js';
export { lockTargetsOf } from './locks/lock-targets-of.js';
export { resolveLockMode } from './locks/resolve-lock-mode.js';
export { compileNameMatcher } from './matcher/compile-name-matcher.js';
// Access requests
export type {
  AccessRequest,
  AccessRequestDocument,
  RequestApproval,
  RequestedResource,
  RequestReview,
  RequestState,
} from './requests/access-request.js';
export { canRequestRole } from './requests/can-request-role.js';
export {
  type AccessRequestQuery,
  type AccessRequestRefusal,
  type AccessRequestResult,
  createAccessRequest,
} from './requests/create-access-request.js';
export { type RequestStateQuery, resolveRequestState } from './requests/resolve-request-state.js';
export { resolveRequestedRoles } from './requests/resolve-requested-roles.js';
export {
  type AccessRequestReviewQuery,
  type ReviewRefusal,
  type ReviewResult,
  reviewAccessRequest,
} from './requests/review-access-request.js';
// Documents this package reads
export type {
  App,
  ClaimMapping,
  DocumentHead,
  LabelSelector,
  Labels,
  Metadata,
  RequestThreshold,
  Role,
  RoleConditions,
  RoleOptions,
  RoleRequestConditions,
  RoleReviewConditions,
  RoleRule,
  Traits,
  User,
} from './resource-types.js';
export { compileRole } from './role/compile-role.js';
export type {
  CompiledRole,
  CompileRoleOptions,
  RoleExtensions,
  RoleWarning,
} from './role/compiled-role.js';
export { createRoleSet, type RoleSetOptions } from './role/create-role-set.js';
export type { RoleSet, SubstitutionWarning } from './role/role-set.js';
export {
  DEFAULT_SESSION_TTL_MS,
  reportSessionTtl,
  type SessionTtlQuery,
  type SessionTtlReport,
} from './session/report-session-ttl.js';
export { resolveSessionTtl } from './session/resolve-session-ttl.js';
export { compileTemplate } from './template/compile-template.js';
export { expandLabelTemplates } from './template/expand-label-templates.js';
export { expandTemplates } from './template/expand-templates.js';
export type {
  AppVariables,
  Template,
  TemplateExpansion,
  TemplateFailure,
  TemplateFailureReason,
} from './template/template.js';
export type { TextList } from './text-list.js';
export {
  compileWhere,
  type WhereCondition,
  type WhereContext,
  type WhereOptions,
  type WhereResult,
  type WhereScope,
} from './where/compile-where.js';

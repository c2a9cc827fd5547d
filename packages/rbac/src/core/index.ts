// The decision alone: what an edge worker or a page loads. The languages of roles come as a value, see loadLanguages.
export type { AccessState, ResourceId } from '../access/access-state.js';
export type { AccessDecision, DenyCode, Reason, ReasonCondition } from '../access/decision.js';
export { type AppAccessQuery, evaluateAppAccess } from '../access/evaluate-app-access.js';
export { type AwsAccessQuery, evaluateAwsAccess } from '../access/evaluate-aws-access.js';
export { RbacError, type RbacErrorCode, type RbacErrorOptions, type Span } from '../errors.js';
export type { LanguageName, Languages } from '../languages/languages.js';
export { type LanguageOptions, loadLanguages } from '../languages/load-languages.js';
export type { Limits } from '../limits.js';
export type { LockCheck } from '../locks/check-locks.js';
export type { Lock, LockIdentity, LockMode, LockTarget } from '../locks/lock.js';
export type {
  App,
  DocumentHead,
  LabelSelector,
  Labels,
  Metadata,
  Role,
  RoleConditions,
  RoleOptions,
  RoleRule,
  Traits,
  User,
} from '../resource-types.js';
export type {
  CompiledRole,
  CompileRoleOptions,
  RoleExtensions,
  RoleWarning,
} from '../role/compiled-role.js';
export { createRoleSet, type RoleSetOptions } from '../role/create-role-set.js';
export type { RoleSet, SubstitutionWarning } from '../role/role-set.js';
export { type CoreRoleOptions, compileRole } from './compile-role.js';

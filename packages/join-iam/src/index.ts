export {
  JoinIamError,
  type JoinIamErrorClass,
  type JoinIamErrorCode,
  type JoinIamErrorInit,
  type JoinIamErrorStage,
  type RuleReason,
  type RuleReasonCode,
  type StsDeniedReason,
} from './errors.js';
export type { CallerIdentity, CallerIdentityType } from './server/sts/read-caller-identity.js';
export { explain } from './token/explain.js';
export {
  type AllowDecision,
  type MatchOptions,
  matchAllowRules,
} from './token/match-allow-rules.js';
export { type ParseTokenOptions, type ParseTokenResult, parseToken } from './token/parse-token.js';
export { readToken } from './token/read-token.js';
export type { TokenIssue, TokenIssueCode } from './token/token-issues.js';
export type {
  AccountOrganization,
  AllowRule,
  OrganizationalUnits,
  RuleIdentity,
  Token,
} from './token/types.js';
export { type JoinParameters, joinBinding } from './wire/binding.js';
export type { JoinHeaderNames } from './wire/header-names.js';
export { decodeJoinRequest, encodeJoinRequest, type JoinRequest } from './wire/join-request.js';
export {
  classifyStsHost,
  type ExtraRegion,
  type StsHost,
  type StsHostOptions,
} from './wire/sts-hosts.js';

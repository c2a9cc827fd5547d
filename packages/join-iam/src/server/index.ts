export {
  JoinIamError,
  type JoinIamErrorClass,
  type JoinIamErrorCode,
  type JoinIamErrorInit,
  type JoinIamErrorStage,
  type RuleReason,
  type RuleReasonCode,
  type StsDeniedReason,
} from '../errors.js';
export { explain } from '../token/explain.js';
export {
  type AllowDecision,
  type MatchOptions,
  matchAllowRules,
} from '../token/match-allow-rules.js';
export { type ParseTokenOptions, type ParseTokenResult, parseToken } from '../token/parse-token.js';
export { readToken } from '../token/read-token.js';
export type { TokenIssue, TokenIssueCode } from '../token/token-issues.js';
export type {
  AccountOrganization,
  AllowRule,
  OrganizationalUnits,
  RuleIdentity,
  Token,
} from '../token/types.js';
export { type JoinParameters, joinBinding } from '../wire/binding.js';
export type { JoinHeaderNames } from '../wire/header-names.js';
export { decodeJoinRequest, type JoinRequest } from '../wire/join-request.js';
export {
  classifyStsHost,
  type ExtraRegion,
  type StsHost,
  type StsHostOptions,
} from '../wire/sts-hosts.js';
export { type AbandonJoinOptions, abandonJoin } from './abandon-join.js';
export { type BeginJoinOptions, beginJoin } from './begin-join.js';
export type { ChallengeStore, IssueOptions } from './challenge/challenge-store.js';
export {
  type ChallengeStoreContractOptions,
  type ChallengeStoreProperty,
  challengeStoreContract,
} from './challenge/challenge-store-contract.js';
export { type ChallengeOptions, createJoinChallenge } from './challenge/create-join-challenge.js';
export {
  createMemoryChallengeStore,
  type MemoryChallengeStoreOptions,
} from './challenge/create-memory-challenge-store.js';
export { createMemoryUsedSet, type UsedSet } from './challenge/create-memory-used-set.js';
export {
  createSealedChallenges,
  type SealedChallengesOptions,
} from './challenge/create-sealed-challenges.js';
export { checkJoinToken } from './check-join-token.js';
export { describeRefusal, type JoinRefusal } from './describe-refusal.js';
export {
  type InspectedJoinRequest,
  inspectJoinRequest,
  type SignedParts,
} from './inspect-join-request.js';
export type { JoinAuditRecord, JoinAuditSink } from './join-audit-record.js';
export type { ChallengeState, JoinContext } from './join-context.js';
export { readJoinParameters } from './read-join-parameters.js';
export type { OrganizationResolver } from './resolve-organization.js';
export { buildStsRequest } from './sts/build-sts-request.js';
export { createStsTransport, type StsTransportInit } from './sts/create-sts-transport.js';
export { type ConcurrencyLimits, limitConcurrency } from './sts/limit-concurrency.js';
export { parseStsResponse } from './sts/parse-sts-response.js';
export type { CallerIdentity, CallerIdentityType } from './sts/read-caller-identity.js';
export type { StsRequest, StsResponse, StsTransport, StsTransportOptions } from './sts/types.js';
export {
  type JoinResult,
  type VerifyJoinRequestOptions,
  verifyJoinRequest,
} from './verify-join-request.js';

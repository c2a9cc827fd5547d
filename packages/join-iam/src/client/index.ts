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
export { type JoinParameters, joinBinding } from '../wire/binding.js';
export type { JoinHeaderNames } from '../wire/header-names.js';
export { encodeJoinRequest, type JoinRequest } from '../wire/join-request.js';
export type { ExtraRegion } from '../wire/sts-hosts.js';
export {
  type CreatedJoinRequest,
  type CreateJoinRequestOptions,
  createJoinRequest,
} from './create-join-request.js';
export { fromInstanceIdentity, type InstanceIdentityOptions } from './from-instance-identity.js';

export { createAwsStandIn } from './create-aws-stand-in.js';
export { StandInError, type StandInErrorCode } from './errors/stand-in-error.js';
export type { Fault } from './faults.js';
export { BUCKET, GUIDE_ACCOUNTS, PUBLIC_ADDRESS } from './guide-accounts.js';
export type { PartitionName } from './hosts/partitions.js';
export type { OneOrMany, PolicyDocument, PolicyStatement } from './iam/policy-document.js';
export type { RequestRecord } from './request-log.js';
export type {
  AccountSeed,
  AwsStandIn,
  AwsStandInOptions,
  Credentials,
  OidcProviderSeed,
  PermissionSeed,
  RoleSeed,
  RoleSessionOptions,
  TemporaryCredentials,
  UserSeed,
} from './types.js';

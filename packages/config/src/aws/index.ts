export { ConfigError, type ConfigErrorCode, type ConfigErrorInit } from '../errors.js';
export { type Arn, formatArn, parseArn, tryParseArn } from './arn.js';
export {
  type CheckConsoleUriOptions,
  type ConsoleUri,
  type ConsoleUriCheck,
  checkConsoleUri,
  isConsoleUri,
  type NotConsoleReason,
} from './check-console-uri.js';
export { getConsoleEndpoints } from './console.js';
export { expandRegion } from './expand-region.js';
export { getPartition, isPartitionName, partitionNames } from './partitions.js';
export {
  isPublishedRegion,
  type ResolvedPartition,
  type ResolvePartitionOptions,
  resolvePartition,
  tryResolvePartition,
} from './regions.js';
export {
  type AssumedRoleArn,
  type IamRoleArn,
  parseAssumedRoleArn,
  parseIamRoleArn,
  tryParseIamRoleArn,
} from './role-arn.js';
export type { ConsoleEndpoints, Partition, PartitionName } from './types.js';

import { consoleTable } from './data/console-table.js';
import { getPartition } from './partitions.js';
import type { ConsoleEndpoints, PartitionName } from './types.js';

/**
 * Gives the console and sign-in hosts of a partition.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
 * @throws ConfigError `unknown-partition`, for callers without types
 */
export function getConsoleEndpoints(partition: PartitionName): ConsoleEndpoints {
  return consoleTable[getPartition(partition).name];
}

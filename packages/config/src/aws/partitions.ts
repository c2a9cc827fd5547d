import { ConfigError } from '../errors.js';
import { partitionTable } from './data/partition-table.js';
import type { Partition, PartitionName } from './types.js';

/** Whether a text is the name of one of the eight partitions, exactly. */
export function isPartitionName(name: string): name is PartitionName {
  return partitionTable.some((partition) => partition.name === name);
}

/**
 * Looks a partition up by its name, the second part of an ARN.
 *
 * @param name - for example `aws-us-gov`; names are exact, there is no default
 * @throws {@link ConfigError} `unknown-partition`
 */
export function getPartition(name: string): Partition {
  const partition = partitionTable.find((candidate) => candidate.name === name);
  if (partition) return partition;
  throw new ConfigError({
    code: 'unknown-partition',
    message: `The AWS partition is not known: one of ${partitionNames().join(', ')} is expected.`,
  });
}

/** The names of all partitions, in the order of the published data. */
export function partitionNames(): readonly PartitionName[] {
  return partitionTable.map((partition) => partition.name);
}

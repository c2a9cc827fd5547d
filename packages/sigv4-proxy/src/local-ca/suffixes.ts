import { getPartition, partitionNames } from '@postern/config/aws';

/** The DNS suffixes under which AWS APIs live, over all partitions, IPv4 and dual-stack, and the one of function URLs. */
export const AWS_SUFFIXES: readonly string[] = [
  ...new Set(
    partitionNames()
      .map(getPartition)
      .flatMap((partition) => [partition.dnsSuffix, partition.dualStackDnsSuffix]),
  ),
  'on.aws',
];

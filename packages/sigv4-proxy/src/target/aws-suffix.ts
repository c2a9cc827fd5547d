import { getPartition, type PartitionName, partitionNames } from '@postern/config/aws';

/** An AWS host name, taken apart at its DNS suffix. */
export interface AwsName {
  /** The labels left of the suffix; at least one. */
  readonly labels: readonly string[];
  /** The DNS suffix, without a dot in front. */
  readonly suffix: string;
  /** The partitions that use the suffix. `aws` and `aws-us-gov` share theirs. */
  readonly partitions: readonly PartitionName[];
  /** Whether the suffix is the one of function URLs and service networks, where only few names are APIs. */
  readonly onAws: boolean;
}

/** AWS gives names under it to functions, services networks and much else; only the two below are signed APIs. */
const ON_AWS = 'on.aws';
const ON_AWS_SERVICES: readonly string[] = ['lambda-url', 'vpc-lattice-svcs'];

/**
 * Finds the AWS suffix a host name ends in; the longest wins. The suffix must follow a dot and at least one label, so neither
 * `evilamazonaws.com` nor `amazonaws.com.evil.example` has one.
 *
 * @param name a lower-case host name without port
 * @returns undefined when the name is not under a suffix of AWS
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function splitAwsSuffix(name: string): AwsName | undefined {
  let best: string | undefined;
  for (const [suffix] of SUFFIXES) {
    if (name.endsWith(`.${suffix}`) && suffix.length > (best?.length ?? 0)) best = suffix;
  }
  if (best === undefined) return undefined;
  const labels = name.slice(0, -best.length - 1).split('.');
  const onAws = best === ON_AWS;
  if (onAws && !ON_AWS_SERVICES.includes(labels.at(-2) ?? '')) return undefined;
  return { labels, suffix: best, partitions: SUFFIXES.get(best) ?? [], onAws };
}

const SUFFIXES: ReadonlyMap<string, readonly PartitionName[]> = collectSuffixes();

function collectSuffixes(): Map<string, readonly PartitionName[]> {
  const suffixes = new Map<string, readonly PartitionName[]>([[ON_AWS, ['aws']]]);
  for (const name of partitionNames()) {
    const partition = getPartition(name);
    for (const suffix of [partition.dnsSuffix, partition.dualStackDnsSuffix]) {
      suffixes.set(suffix, [...(suffixes.get(suffix) ?? []), name]);
    }
  }
  return suffixes;
}

/** The eight partitions: groups of regions that share no identities with one another. */
export type PartitionName =
  | 'aws'
  | 'aws-cn'
  | 'aws-eusc'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f'
  | 'aws-us-gov';

/**
 * The published facts of one partition.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export interface Partition {
  /** The second part of its ARNs. */
  readonly name: PartitionName;
  /** Last labels of its plain hosts. `aws` and `aws-us-gov` share one: a suffix alone names no partition. */
  readonly dnsSuffix: string;
  /** Last labels of its dual-stack hosts. */
  readonly dualStackDnsSuffix: string;
  /** The region that stands for the partition where a service has only one home. */
  readonly implicitGlobalRegion: string;
  /** Its regions, as published when this version was made. */
  readonly regions: readonly string[];
  /** Names such as `aws-global` that some clients send for services without a region. */
  readonly pseudoRegions: readonly string[];
  /** Whether the published data claims FIPS hosts at all. Single services may still have none. */
  readonly supportsFips: boolean;
  /** Whether the published data claims dual-stack hosts at all. */
  readonly supportsDualStack: boolean;
}

/** Console and sign-in hosts of one partition. Templates hold `{region}` where the region goes. */
export interface ConsoleEndpoints {
  readonly partition: PartitionName;
  /** Console hosts without a region, the usual one first. A regional console is `{region}.` before one of them. */
  readonly consoleHosts: readonly [string, ...string[]];
  /** True where AWS has published no console host and ours follows from the sign-in host. Refuse it unless asked. */
  readonly consoleInferred: boolean;
  /** The partition-wide sign-in host; undefined where there are only regional ones. */
  readonly signinHost: string | undefined;
  /** Template of the regional sign-in hosts. */
  readonly signinRegionalHost: string;
  /** The region that `signinHost` serves, so that its sign-in needs no region label. */
  readonly labelFreeRegion: string | undefined;
  /** The FIPS sign-in host of `labelFreeRegion`; undefined where none is published. */
  readonly signinFipsHost: string | undefined;
  /** Template of the FIPS sign-in hosts of the other regions; undefined where none is published. */
  readonly signinFipsRegionalHost: string | undefined;
}

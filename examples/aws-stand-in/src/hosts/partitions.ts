/** The AWS partitions the stand-in plays. */
export type PartitionName =
  | 'aws'
  | 'aws-cn'
  | 'aws-us-gov'
  | 'aws-eusc'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f';

/** Facts of one partition, from the published SDK endpoint rules. */
export interface Partition {
  readonly name: PartitionName;
  readonly suffixes: readonly string[];
  readonly region: RegExp;
  /** Region in which global services are signed. */
  readonly globalRegion: string;
  /** Console host without a region label. */
  readonly consoleHost: string;
  /** Sign-in host without a region label. */
  readonly signinHost: string;
  /** Some partitions have no sign-in host without a region label. */
  readonly signinNeedsRegion: boolean;
}

// GovCloud shares its suffix with the commercial partition, so the more specific region comes first.
export const PARTITIONS: readonly Partition[] = [
  {
    name: 'aws-us-gov',
    suffixes: ['amazonaws.com', 'api.aws'],
    region: /^us-gov-[a-z]+-\d+$/,
    globalRegion: 'us-gov-west-1',
    consoleHost: 'console.amazonaws-us-gov.com',
    signinHost: 'signin.amazonaws-us-gov.com',
    signinNeedsRegion: false,
  },
  {
    name: 'aws-cn',
    suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
    region: /^cn-[a-z]+-\d+$/,
    globalRegion: 'cn-northwest-1',
    consoleHost: 'console.amazonaws.cn',
    signinHost: 'signin.amazonaws.cn',
    signinNeedsRegion: false,
  },
  {
    name: 'aws-eusc',
    suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'],
    region: /^eusc-de-[a-z]+-\d+$/,
    globalRegion: 'eusc-de-east-1',
    consoleHost: 'console.amazonaws-eusc.eu',
    signinHost: 'signin.amazonaws-eusc.eu',
    signinNeedsRegion: true,
  },
  {
    name: 'aws-iso',
    suffixes: ['c2s.ic.gov', 'api.aws.ic.gov'],
    region: /^us-iso-[a-z]+-\d+$/,
    globalRegion: 'us-iso-east-1',
    consoleHost: 'console.c2shome.ic.gov',
    signinHost: 'signin.c2shome.ic.gov',
    signinNeedsRegion: true,
  },
  {
    name: 'aws-iso-b',
    suffixes: ['sc2s.sgov.gov', 'api.aws.scloud'],
    region: /^us-isob-[a-z]+-\d+$/,
    globalRegion: 'us-isob-east-1',
    consoleHost: 'console.sc2shome.sgov.gov',
    signinHost: 'signin.sc2shome.sgov.gov',
    signinNeedsRegion: true,
  },
  {
    name: 'aws-iso-e',
    suffixes: ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
    region: /^eu-isoe-[a-z]+-\d+$/,
    globalRegion: 'eu-isoe-west-1',
    consoleHost: 'console.csphome.adc-e.uk',
    signinHost: 'signin.csphome.adc-e.uk',
    signinNeedsRegion: true,
  },
  {
    name: 'aws-iso-f',
    suffixes: ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
    region: /^us-isof-[a-z]+-\d+$/,
    globalRegion: 'us-isof-south-1',
    consoleHost: 'console.csphome.hci.ic.gov',
    signinHost: 'signin.csphome.hci.ic.gov',
    signinNeedsRegion: true,
  },
  {
    name: 'aws',
    suffixes: ['amazonaws.com', 'api.aws'],
    region: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    globalRegion: 'us-east-1',
    consoleHost: 'console.aws.amazon.com',
    signinHost: 'signin.aws.amazon.com',
    signinNeedsRegion: false,
  },
];

/** True when the text is the name of a partition. */
export function isPartitionName(name: string): name is PartitionName {
  return PARTITIONS.some((partition) => partition.name === name);
}

/** The partition's facts; the name is one of the closed list, so this always finds a row. */
export function partitionOf(name: PartitionName): Partition {
  const found = PARTITIONS.find((partition) => partition.name === name);
  if (!found) throw new RangeError(`No partition is called ${name}.`);
  return found;
}

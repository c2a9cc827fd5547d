import { tryResolvePartition } from '@postern/config/aws';

/** What the labels of a host of the S3 family say. */
export interface S3Labels {
  readonly signingNames: readonly string[];
  /** The region, given or read from an old host such as `s3-us-west-2`; undefined for global hosts. */
  readonly region: string | undefined;
}

/** Service labels and how many labels stand in front of them: buckets may hold dots, other names may not. */
const SERVICES: readonly {
  readonly label: RegExp;
  readonly signingName: string;
  readonly front: readonly number[] | 'any';
}[] = [
  { label: /^s3(?:-fips)?$/, signingName: 's3', front: 'any' },
  { label: /^s3-accesspoint(?:-fips)?$/, signingName: 's3', front: [1] },
  { label: /^s3-control(?:-fips)?$/, signingName: 's3', front: [0, 1] },
  { label: /^s3-object-lambda(?:-fips)?$/, signingName: 's3-object-lambda', front: [0, 1] },
  { label: /^s3-outposts(?:-fips)?$/, signingName: 's3-outposts', front: [0, 1, 2] },
  { label: /^s3express-control(?:-fips)?$/, signingName: 's3express', front: [0, 1] },
  { label: /^s3express-(?:fips-)?[a-z0-9]+-az[0-9]+$/, signingName: 's3express', front: [1] },
];

/**
 * Recognises the hosts of S3 and its relatives, with buckets, access points and accounts in front.
 *
 * @param labels the labels left of region or suffix
 * @param region the region behind them; undefined when there is none
 * @returns undefined for a host of another service
 * @see https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export function matchS3Labels(
  labels: readonly string[],
  region: string | undefined,
): S3Labels | undefined {
  const dualStack = labels.at(-1) === 'dualstack' && labels.length > 1;
  const rest = dualStack ? labels.slice(0, -1) : labels;
  const label = rest.at(-1) ?? '';
  const front = rest.length - 1;
  return region === undefined ? matchGlobal(rest, label) : matchRegional(label, front, region);
}

function matchRegional(label: string, front: number, region: string): S3Labels | undefined {
  const service = SERVICES.find((one) => one.label.test(label));
  if (service === undefined) return undefined;
  if (service.front !== 'any' && !service.front.includes(front)) return undefined;
  return { signingNames: [service.signingName], region };
}

/** The host of old clients, transfer acceleration, multi-region access points and hosts with the region in their first part. */
function matchGlobal(labels: readonly string[], label: string): S3Labels | undefined {
  if (label === 's3' || label === 's3-accelerate')
    return { signingNames: ['s3'], region: undefined };
  if (label === 's3-global' && labels.at(-2) === 'accesspoint' && labels.length > 2) {
    return { signingNames: ['s3'], region: undefined };
  }
  if (label === 's3-external-1') return { signingNames: ['s3'], region: 'us-east-1' };
  const region = /^s3-(?:fips-)?(.+)$/.exec(label)?.[1];
  if (region === undefined || tryResolvePartition(region) === undefined) return undefined;
  return { signingNames: ['s3'], region };
}

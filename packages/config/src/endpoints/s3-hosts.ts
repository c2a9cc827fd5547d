/** What the labels before the region say about an S3 host. */
export interface S3Labels {
  readonly endpointPrefix: string;
  readonly services: readonly string[];
  readonly signingName: string;
  readonly fips: boolean;
  readonly dualStack: boolean;
  readonly bucket?: string | undefined;
  readonly s3Label?: string | undefined;
  /** Whether the same labels are valid without a region (the old global form). */
  readonly global: boolean;
}

/** Label at the end → prefix and signing name. The label in front is a bucket only for plain `s3`. */
const KINDS: readonly (readonly [label: string, service: string, signingName: string])[] = [
  ['s3', 's3', 's3'],
  ['s3-control', 's3control', 's3'],
  ['s3-accesspoint', 's3', 's3'],
  ['s3-object-lambda', 's3', 's3-object-lambda'],
  ['s3-outposts', 's3', 's3-outposts'],
];

/**
 * Reads the S3 styles: `bucket.s3`, `s3.dualstack`, `bucket.s3-fips.dualstack`, `account.s3-control`,
 * `name-account.s3-accesspoint` and relatives. Buckets may hold dots.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 * @param labels - the host before the region
 */
export function parseS3Labels(labels: string): S3Labels | undefined {
  const dualStack = labels.endsWith('.dualstack');
  const plain = dualStack ? labels.slice(0, -'.dualstack'.length) : labels;
  const dot = plain.lastIndexOf('.');
  const marker = plain.slice(dot + 1);
  const fips = marker.endsWith('-fips');
  const label = fips ? marker.slice(0, -'-fips'.length) : marker;
  const kind = KINDS.find(([name]) => name === label);
  if (!kind) return undefined;
  const [endpointPrefix, service, signingName] = kind;
  const front = dot > 0 ? plain.slice(0, dot) : undefined;
  const global = label === 's3' && !fips && !dualStack;
  const common = { endpointPrefix, services: [service], signingName, fips, dualStack, global };
  if (front === undefined) return common;
  return label === 's3' ? { ...common, bucket: front } : { ...common, s3Label: front };
}

import { PARTITIONS, type Partition, type PartitionName } from './partitions.js';

/** What a Host header stands for. */
export type HostMeaning =
  | { readonly kind: 'service'; readonly target: ServiceTarget }
  | { readonly kind: 'signin'; readonly partition: PartitionName }
  | { readonly kind: 'console'; readonly partition: PartitionName };

/** An API endpoint: what a signature for it must be scoped to. */
export interface ServiceTarget {
  readonly partition: PartitionName;
  /** Signing name that the credential scope must hold. */
  readonly service: string;
  /** Region that the scope must hold; undefined for the global S3 endpoint, where the bucket decides. */
  readonly region: string | undefined;
  /** Bucket named by the host (virtual-hosted style). */
  readonly bucket?: string | undefined;
  /** Account named by the host (account-based DynamoDB endpoints). */
  readonly accountId?: string | undefined;
}

// Endpoint prefixes whose signing name is another word. Only what tests may dial; unknown ones sign as themselves.
const SIGNING_NAMES: ReadonlyMap<string, string> = new Map([
  ['email', 'ses'],
  ['api.ecr', 'ecr'],
  ['api.ecr-public', 'ecr-public'],
  ['streams.dynamodb', 'dynamodb'],
  ['api.sagemaker', 'sagemaker'],
  ['runtime.sagemaker', 'sagemaker'],
  ['api.pricing', 'pricing'],
  ['appstream2', 'appstream'],
  ['pinpoint', 'mobiletargeting'],
]);

const GLOBAL_SERVICES = new Set([
  'sts',
  'iam',
  'route53',
  'cloudfront',
  'budgets',
  'organizations',
  'waf',
]);

/**
 * Reads a host name the way AWS's own DNS does, or returns undefined when it is none of AWS's.
 *
 * @param host Host header, with or without a port; attacker-controlled
 */
export function classifyHost(host: string): HostMeaning | undefined {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '');
  if (!/^[a-z0-9._-]{1,255}$/.test(name) || name.includes('..')) return undefined;
  for (const partition of PARTITIONS) {
    if (isPage(name, partition.signinHost, partition, partition.signinNeedsRegion)) {
      return { kind: 'signin', partition: partition.name };
    }
    if (isPage(name, partition.consoleHost, partition, false)) {
      return { kind: 'console', partition: partition.name };
    }
    for (const suffix of partition.suffixes) {
      if (!name.endsWith(`.${suffix}`)) continue;
      const labels = name.slice(0, -suffix.length - 1).split('.');
      const target = readLabels(labels, partition);
      if (target) return { kind: 'service', target };
    }
  }
  return undefined;
}

function isPage(name: string, base: string, partition: Partition, needsRegion: boolean): boolean {
  if (name === base) return !needsRegion;
  return name.endsWith(`.${base}`) && partition.region.test(name.slice(0, -base.length - 1));
}

function readLabels(labels: readonly string[], partition: Partition): ServiceTarget | undefined {
  const last = labels.at(-1) ?? '';
  if (partition.region.test(last)) {
    return readRegional(labels.slice(0, -1), last, partition);
  }
  const legacy = /^s3-(.+)$/.exec(last)?.[1];
  if (legacy && partition.region.test(legacy)) {
    return s3(labels.slice(0, -1), legacy, partition);
  }
  if (partition.name === 'aws-us-gov') {
    // IAM is the one GovCloud service with a name of this form.
    if (labels.length !== 2 || labels[1] !== 'us-gov') return undefined;
    return { partition: 'aws-us-gov', service: labels[0] ?? '', region: 'us-gov-west-1' };
  }
  if (partition.name !== 'aws') return undefined;
  if (last === 's3') return s3(labels.slice(0, -1), undefined, partition);
  if (labels.length === 1 && GLOBAL_SERVICES.has(last)) {
    return { partition: 'aws', service: last, region: 'us-east-1' };
  }
  return undefined;
}

function readRegional(
  before: readonly string[],
  region: string,
  partition: Partition,
): ServiceTarget | undefined {
  const dual = before.at(-1) === 'dualstack';
  const labels = dual ? before.slice(0, -1) : before;
  const last = labels.at(-1) ?? '';
  if (last === 's3' || last === 's3-fips') return s3(labels.slice(0, -1), region, partition);
  const account = /^\d{12}$/.exec(labels[0] ?? '')?.[0];
  if (account && labels.length === 2 && last === 'ddb') {
    return { partition: partition.name, service: 'dynamodb', region, accountId: account };
  }
  const prefix = labels.join('.').replace(/-fips$/, '');
  if (prefix === '' || labels.length > 2) return undefined;
  return {
    partition: partition.name,
    service: SIGNING_NAMES.get(prefix) ?? last.replace(/-fips$/, ''),
    region,
  };
}

function s3(
  bucketLabels: readonly string[],
  region: string | undefined,
  partition: Partition,
): ServiceTarget {
  const bucket = bucketLabels.length > 0 ? bucketLabels.join('.') : undefined;
  return { partition: partition.name, service: 's3', region, bucket };
}

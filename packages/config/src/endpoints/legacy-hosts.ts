import { tryResolvePartition } from '../aws/regions.js';
import type { ServiceHost } from './service-host.js';

/** Services with a region-first host that old clients still dial. Index 0: the label after the region. */
const REGION_FIRST: readonly (readonly [label: string, service: string, signingName: string])[] = [
  ['queue', 'sqs', 'sqs'],
  ['elasticmapreduce', 'emr', 'elasticmapreduce'],
];

/** Hosts without a region that stand for us-east-1. */
const GLOBAL: readonly (readonly [label: string, service: string, signingName: string])[] = [
  ['queue', 'sqs', 'sqs'],
  ['rds', 'rds', 'rds'],
  ['sts', 'sts', 'sts'],
];

/**
 * Reads the names that stand in no present table: `us-west-2.queue.amazonaws.com`, `queue.amazonaws.com`,
 * `sts.amazonaws.com`, and S3 with its region behind a hyphen (`bucket.s3-us-west-2.amazonaws.com`).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#VirtualHostingBackwardsCompatibility
 */
export function legacyHost(hostname: string): ServiceHost | undefined {
  const suffix = ['.amazonaws.com', '.amazonaws.com.cn'].find((end) => hostname.endsWith(end));
  if (suffix === undefined) return undefined;
  const labels = hostname.slice(0, -suffix.length);
  const dot = labels.lastIndexOf('.');
  const last = labels.slice(dot + 1);
  const front = dot > 0 ? labels.slice(0, dot) : undefined;
  const dashed = /^s3-([a-z0-9-]+)$/.exec(last)?.[1];
  if (dashed !== undefined) {
    const region = dashed === 'external-1' ? 'us-east-1' : dashed;
    const found = host(hostname, suffix, region, ['s3', 's3', 's3']);
    return found && (front === undefined ? found : { ...found, bucket: front });
  }
  if (front === undefined) {
    const entry =
      suffix === '.amazonaws.com' ? GLOBAL.find(([label]) => label === last) : undefined;
    return entry && { ...regional(hostname, 'aws', 'us-east-1', entry), region: undefined };
  }
  const entry = REGION_FIRST.find(([label]) => label === last);
  return entry && host(hostname, suffix, front, entry);
}

function host(
  hostname: string,
  suffix: string,
  region: string,
  entry: readonly [label: string, service: string, signingName: string],
): ServiceHost | undefined {
  const partition = tryResolvePartition(region);
  if (!partition || `.${partition.dnsSuffix}` !== suffix) return undefined;
  if (partition.pseudoRegions.includes(region)) return undefined;
  return regional(hostname, partition.name, region, entry);
}

function regional(
  hostname: string,
  partition: ServiceHost['partition'],
  region: string,
  [endpointPrefix, service, signingName]: readonly [string, string, string],
): ServiceHost {
  return {
    hostname,
    partition,
    region,
    signingRegion: region,
    endpointPrefix,
    services: [service],
    signingName,
    fips: false,
    dualStack: false,
  };
}

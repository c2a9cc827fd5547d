import { getPartition } from '../aws/partitions.js';
import { assertRegionForm } from '../aws/region-form.js';
import { type ResolvePartitionOptions, resolvePartition } from '../aws/regions.js';
import type { Partition, PartitionName } from '../aws/types.js';
import { ConfigError } from '../errors.js';
import { nearestName } from '../text/nearest-name.js';
import { checkCustomEndpoint } from './custom-endpoint.js';
import {
  findException,
  findServiceRule,
  type ServiceRule,
  serviceNames,
  variantOf,
} from './read-table.js';

/** What {@link resolveServiceEndpoint} is asked. */
export interface ServiceEndpointQuery extends ResolvePartitionOptions {
  /** The botocore name of the service, such as `sts`, `elbv2` or `bedrock-runtime`. */
  readonly service: string;
  /** The region of the caller. Default: none, which only global services and custom endpoints with a signing region allow. */
  readonly region?: string | undefined;
  /** Take the host with FIPS-validated cryptography. Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
  /** Take the host that also answers on IPv6. Default false. */
  readonly useDualstackEndpoint?: boolean | undefined;
  /** An address to use instead of the published one. Default: none. */
  readonly customEndpoint?: string | undefined;
  /** The region to sign for, where a custom endpoint fronts a service of another region. Default: what the rules say. */
  readonly signingRegion?: string | undefined;
  /** `legacy` sends the sixteen oldest regions to the one global STS host. Default `regional`. */
  readonly stsMode?: 'regional' | 'legacy' | undefined;
  /** Build the usual host also for a service that is not in the table. Default false. */
  readonly allowUnknownService?: boolean | undefined;
  /** Accept a custom endpoint with plain http beyond this machine. Default false. @deprecated dangerous: credentials and data cross the network in the clear */
  readonly allowInsecureEndpoint?: boolean | undefined;
}

/** Where to send a request and what to sign it for. */
export interface ServiceEndpoint {
  /** The address: scheme and host, or the custom endpoint as it was given. */
  readonly url: string;
  /** Host with its port where that is not the default. */
  readonly host: string;
  /** Service name in the credential scope. */
  readonly signingName: string;
  /** Region in the credential scope. */
  readonly signingRegion: string;
  readonly partition: PartitionName;
}

const LEGACY_STS_REGIONS =
  'ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 aws-global ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2';

/**
 * Finds the endpoint of a service: custom endpoint, then the published exceptions, then the general rule
 * `prefix[-fips].region.suffix`. The host always ends in a suffix of the partition of the region: no region
 * text can lead elsewhere.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 * @throws {@link ConfigError} `invalid-argument` for a query without a service, `unknown-service` (the nearest name as hint), `missing-region`, `invalid-region`,
 *   `unknown-region`, `fips-not-available`, `dualstack-not-available`, `invalid-custom-endpoint`, `insecure-custom-endpoint`,
 *   `fips-with-custom-endpoint`, `dualstack-with-custom-endpoint`
 * @example
 * ```ts
 * resolveServiceEndpoint({ service: 'iam', region: 'eu-west-1' }).host; // iam.amazonaws.com, signed for us-east-1
 * ```
 */
export function resolveServiceEndpoint(query: ServiceEndpointQuery): ServiceEndpoint {
  assertQuery(query);
  const rule = findServiceRule(query.service) ?? unknownService(query);
  const { region, fips } = splitFipsRegion(query);
  if (query.signingRegion !== undefined) assertRegionForm(query.signingRegion);
  if (query.customEndpoint !== undefined) return customEndpoint(query, rule, region, fips);
  if (rule.service === 'dynamodb' && region === 'local') return localDynamoDb();

  const partition = partitionOf(query, rule, region);
  const found = hostOf(query, rule, partition, region, fips);
  return {
    url: `https://${found.host}`,
    host: found.host,
    signingName: rule.signingName,
    signingRegion: query.signingRegion ?? found.signingRegion,
    partition: partition.name,
  };
}

/** For callers without types. */
function assertQuery(query: ServiceEndpointQuery): void {
  const isObject = typeof query === 'object' && query !== null;
  if (!isObject || typeof query.service !== 'string') {
    const message = 'The query must name a service: { service, region? } is expected.';
    throw new ConfigError({ code: 'invalid-argument', message });
  }
  if (query.region !== undefined && typeof query.region !== 'string')
    assertRegionForm(query.region);
}

function unknownService(query: ServiceEndpointQuery): ServiceRule {
  const service = query.service;
  // One or more DNS labels: the name becomes the first part of a host.
  const isLabels = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9-]{1,63}){0,3}$/.test(service);
  if (query.allowUnknownService && isLabels) {
    return { service, prefix: service, signingName: service, exceptions: [] };
  }
  throw new ConfigError({
    code: 'unknown-service',
    message:
      'The AWS service is not in the table; botocore names such as sts or elbv2 are expected.',
    hint: nearestName(service, serviceNames()),
  });
}

/** Old clients asked for FIPS in the region: `us-gov-west-1-fips` or `fips-us-gov-west-1`. */
function splitFipsRegion(query: ServiceEndpointQuery): { region: string; fips: boolean } {
  const region = query.region ?? '';
  const plain = region.replace(/^fips-|-fips$/, '');
  return { region: plain, fips: plain !== region || query.useFipsEndpoint === true };
}

function customEndpoint(
  query: ServiceEndpointQuery,
  rule: ServiceRule,
  region: string,
  fips: boolean,
): ServiceEndpoint {
  const custom = checkCustomEndpoint(
    query.customEndpoint ?? '',
    query.allowInsecureEndpoint === true,
  );
  if (fips || query.useDualstackEndpoint) {
    throw new ConfigError({
      code: fips ? 'fips-with-custom-endpoint' : 'dualstack-with-custom-endpoint',
      message: `A custom endpoint cannot be combined with ${fips ? 'FIPS' : 'dual stack'}: leave one of them out.`,
    });
  }
  const partition = partitionOf(query, rule, region || (query.signingRegion ?? ''));
  const own = region === '' || isPseudo(partition, region) ? homeOf(rule, partition) : region;
  const signingRegion = query.signingRegion ?? own;
  if (signingRegion === undefined) throw missingRegion();
  return { ...custom, signingName: rule.signingName, signingRegion, partition: partition.name };
}

function localDynamoDb(): ServiceEndpoint {
  return {
    url: 'http://localhost:8000',
    host: 'localhost:8000',
    signingName: 'dynamodb',
    signingRegion: 'us-east-1',
    partition: 'aws',
  };
}

function partitionOf(query: ServiceEndpointQuery, rule: ServiceRule, region: string): Partition {
  if (region !== '') return resolvePartition(region, query);
  const partition = getPartition('aws');
  if (homeOf(rule, partition) === undefined) throw missingRegion();
  return partition;
}

function hostOf(
  query: ServiceEndpointQuery,
  rule: ServiceRule,
  partition: Partition,
  region: string,
  fips: boolean,
): { host: string; signingRegion: string } {
  const dualStack = query.useDualstackEndpoint === true;
  const variant = variantOf(fips, dualStack);
  const globalSts = region === 'aws-global' || (query.stsMode === 'legacy' && isLegacySts(region));
  if (variant === '-' && ((rule.service === 'sts' && globalSts) || isGlobalS3(rule, region))) {
    return { host: `${rule.prefix}.${partition.dnsSuffix}`, signingRegion: 'us-east-1' };
  }
  const named = region !== '' && !isPseudo(partition, region);
  const place = named ? region : placeOfPseudo(rule, partition, region);
  if (place === undefined) throw missingRegion();
  const exception = findException(rule, partition, variant, place);
  if (exception === null || !supports(partition, fips, dualStack)) {
    throw new ConfigError({
      code: fips ? 'fips-not-available' : 'dualstack-not-available',
      message: `The service has no ${fips ? 'FIPS' : 'dual-stack'} endpoint in partition ${partition.name}.`,
    });
  }
  if (exception) return { host: exception.host, signingRegion: exception.signingRegion ?? place };
  const suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  return { host: `${rule.prefix}${fips ? '-fips' : ''}.${place}.${suffix}`, signingRegion: place };
}

/** The region a service is pinned to in a partition. */
function homeOf(rule: ServiceRule, partition: Partition): string | undefined {
  return findException(rule, partition, '-', partition.implicitGlobalRegion)?.signingRegion;
}

/** STS and S3 also take a pseudo region where they have no global host: it means the home of the partition. */
function placeOfPseudo(
  rule: ServiceRule,
  partition: Partition,
  region: string,
): string | undefined {
  const anywhere = region !== '' && (rule.service === 'sts' || rule.service === 's3');
  return homeOf(rule, partition) ?? (anywhere ? partition.implicitGlobalRegion : undefined);
}

function isPseudo(partition: Partition, region: string): boolean {
  return partition.pseudoRegions.includes(region);
}

function isLegacySts(region: string): boolean {
  return LEGACY_STS_REGIONS.split(' ').includes(region);
}

function isGlobalS3(rule: ServiceRule, region: string): boolean {
  return rule.service === 's3' && region === 'aws-global';
}

function supports(partition: Partition, fips: boolean, dualStack: boolean): boolean {
  return (!fips || partition.supportsFips) && (!dualStack || partition.supportsDualStack);
}

function missingRegion(): ConfigError {
  return new ConfigError({
    code: 'missing-region',
    message:
      'The service answers in each region on its own host: name a region, such as us-east-1.',
  });
}

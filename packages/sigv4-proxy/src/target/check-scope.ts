import { type PartitionName, tryResolvePartition } from '@postern/config/aws';
import { SigV4ProxyError } from '../errors.js';
import type { Target, TargetQuery } from './target-options.js';

const SERVICE = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;
const SIGV4A = 'AWS4-ECDSA-P256-SHA256';
/** A region, or a pattern of regions, in X-Amz-Region-Set. */
const REGION_PATTERN = /^(?:\*|[a-z][a-z0-9-]{0,62}\*?)$/;
const MAX_REGIONS = 64;

/** A credential scope whose parts are safe to use in host names and in a new scope. */
export interface CheckedScope {
  readonly service: string;
  /** Undefined with SigV4A. */
  readonly region: string | undefined;
  /** The partition of the region; undefined with SigV4A when the set names none. */
  readonly partition: PartitionName | undefined;
  /** With SigV4A: what the client signed for. */
  readonly regionSet: readonly string[] | undefined;
  /** A name such as `aws-global`. */
  readonly isPseudoRegion: boolean;
}

/**
 * Checks service and region of a credential scope. Both are attacker-controlled until here, and both may become labels of a host.
 *
 * @throws {@link SigV4ProxyError} `bad-scope`, `bad-region`
 */
export function checkScope(query: TargetQuery): CheckedScope {
  const { service, region } = query.scope;
  if (!SERVICE.test(service)) {
    throw new SigV4ProxyError(
      'bad-scope',
      'The service in the credential scope is not a signing name: letters, digits and hyphens are expected.',
    );
  }
  if (query.algorithm === SIGV4A)
    return checkRegionSet(service, query.regionSet ?? regionSetHeader(query));
  const partition = region === null ? undefined : tryResolvePartition(region);
  if (partition === undefined || region === null) throw badRegion();
  return {
    service,
    region,
    partition: partition.name,
    regionSet: undefined,
    isPseudoRegion: partition.pseudoRegions.includes(region),
  };
}

function regionSetHeader({ headers = [] }: TargetQuery): readonly string[] {
  const values = headers.filter(([name]) => name.toLowerCase() === 'x-amz-region-set');
  return values.flatMap(([, value]) => value.split(',')).map((region) => region.trim());
}

function checkRegionSet(service: string, regionSet: readonly string[]): CheckedScope {
  const isUsable = regionSet.length > 0 && regionSet.length <= MAX_REGIONS;
  if (!isUsable || !regionSet.every((region) => REGION_PATTERN.test(region))) throw badRegion();
  const partitions = new Set<PartitionName>();
  for (const region of regionSet) {
    if (region.endsWith('*')) continue;
    const partition = tryResolvePartition(region);
    if (partition === undefined) throw badRegion();
    partitions.add(partition.name);
  }
  if (partitions.size > 1) throw badRegion();
  const [partition] = partitions;
  return { service, region: undefined, partition, regionSet, isPseudoRegion: false };
}

function badRegion(): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-region',
    'The region that the request was signed for belongs to no AWS partition; check the region setting of the client.',
  );
}

/** Builds the result from a checked scope. */
export function targetOf(
  scope: CheckedScope,
  host: string,
  partition: PartitionName,
  signing: { readonly name?: string | undefined; readonly region?: string | undefined } = {},
): Target {
  const signingName = signing.name ?? scope.service;
  if (scope.regionSet !== undefined) {
    const signingRegionSet = scope.regionSet;
    return { host, signingName, signingRegionSet, algorithm: SIGV4A, partition };
  }
  const signingRegion = signing.region ?? scope.region;
  return { host, signingName, signingRegion, algorithm: 'AWS4-HMAC-SHA256', partition };
}

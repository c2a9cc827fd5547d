import { ConfigError, getPartition, type PartitionName } from '@postern/config/aws';
import { resolveServiceEndpoint, serviceNames } from '@postern/config/endpoints';
import { SigV4ProxyError } from '../errors.js';
import type { ServiceRow } from './service-rows.js';

/** Where a service is asked, and for which region requests to it are signed. */
export interface ServiceAddress {
  readonly host: string;
  readonly signingRegion: string;
  /** The signing name, where it can differ from the one in the client's scope. */
  readonly signingName?: string | undefined;
}

/** Which of the hosts of a service. */
export interface ServiceAddressOptions {
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/**
 * Finds the host of a service in a region: from the endpoint table of the config package, or from the rows of this package for the
 * services it leaves out.
 *
 * @param region checked; may be a pseudo region
 * @throws {@link SigV4ProxyError} `bad-region` for a pseudo region of a service that has no home, `not-allowed` when the service
 *   has no host of the kind that the options demand
 */
export function serviceAddress(
  row: ServiceRow,
  region: string,
  partition: PartitionName,
  options: ServiceAddressOptions,
): ServiceAddress {
  if (isOwnRow(row)) return ownAddress(row, region, partition, options);
  try {
    const { host, signingRegion } = resolveServiceEndpoint({
      service: row.id === '' ? row.prefix : row.id,
      region,
      useFipsEndpoint: options.fips,
      useDualstackEndpoint: options.dualStack,
      allowUnknownService: true,
    });
    const fixed = partition === 'aws' ? signedElsewhere.get(row.id) : undefined;
    return { host, signingRegion: fixed ?? signingRegion };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const noVariant =
      error.code === 'fips-not-available' || error.code === 'dualstack-not-available';
    throw noVariant ? noSuchHost(error) : badRegion(error);
  }
}

/** The services of the endpoint table. */
const LISTED: ReadonlySet<string> = new Set(serviceNames());

/** Services that the SDKs sign for one region on every regional host, in partition `aws`. */
const signedElsewhere: ReadonlyMap<string, string> = new Map([['health', 'us-east-1']]);

function isOwnRow(row: ServiceRow): boolean {
  return row.id !== '' && !LISTED.has(row.id);
}

function ownAddress(
  row: ServiceRow,
  region: string,
  partitionName: PartitionName,
  { fips, dualStack }: ServiceAddressOptions,
): ServiceAddress {
  const partition = getPartition(partitionName);
  const home = homeOf(row, partitionName, partition.implicitGlobalRegion);
  const isPseudo = partition.pseudoRegions.includes(region);
  if (isPseudo && home === undefined) throw badRegion();
  if ((fips && !partition.supportsFips) || (dualStack && !partition.supportsDualStack)) {
    throw noSuchHost();
  }
  const place = home ?? region;
  const suffix = row.api || dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  const label = prefixOf(row, partitionName, fips, dualStack);
  const signing = partitionName === 'aws' ? (row.signingRegion ?? place) : place;
  const isBare = row.regionless === 'bare' || row.bareRegion === place;
  if (isBare && !fips && !dualStack) {
    const host = `${label}.${partition.dnsSuffix}`;
    return { host, signingRegion: place, signingName: row.signingName };
  }
  if (row.regionless === 'global') {
    return { host: `${label}.global.${partition.dualStackDnsSuffix}`, signingRegion: place };
  }
  return { host: `${label}.${place}.${suffix}`, signingRegion: signing };
}

function prefixOf(
  row: ServiceRow,
  partition: PartitionName,
  fips: boolean,
  dualStack: boolean,
): string {
  const prefix = (dualStack ? row.dualPrefix : undefined) ?? row.prefix;
  if (!fips) return prefix;
  if (partition === 'aws-us-gov' && row.plainFipsInGov) return prefix;
  return !dualStack && row.fipsPrefix ? row.fipsPrefix : `${prefix}-fips`;
}

/** A home that is named is one of partition `aws`; elsewhere the service lives where the others of its partition do. */
function homeOf(row: ServiceRow, partition: PartitionName, usual: string): string | undefined {
  if (row.regionless !== undefined) return usual;
  if (row.home === undefined) return undefined;
  return partition === 'aws' && row.home !== '' ? row.home : usual;
}

function badRegion(cause?: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-region',
    'The service has no endpoint for the region that the request was signed for; check the region setting of the client.',
    { cause },
  );
}

function noSuchHost(cause?: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'not-allowed',
    'The service has no FIPS or dual-stack endpoint in this partition, and the proxy is told to use one.',
    { cause },
  );
}

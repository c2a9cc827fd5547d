import { type ConsoleEndpoints, getConsoleEndpoints, partitionNames } from '@postern/config/aws';
import { FederationError } from '../errors.js';
import { readPartition, readRegion } from '../support/aws-names.js';

/** Which sign-in host is wanted. */
export interface FederationEndpointQuery {
  /** Name of the partition, such as `aws` or `aws-us-gov`. */
  readonly partition: string;
  /** For the regional host. Default: the host of the whole partition. */
  readonly region?: string | undefined;
  /** The FIPS host; only GovCloud has published ones. Default false. */
  readonly useFipsEndpoint?: boolean | undefined;
}

/**
 * Gives the sign-in federation endpoint of a partition, or of one of its regions. A partition without a host of
 * its own (the sovereign and the isolated ones) is served by the host of its main region.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/signin-service.html
 * @returns for example `https://us-west-2.signin.aws.amazon.com/federation`
 * @throws {@link FederationError} `unknown-partition`, `invalid-region`, `partition-mismatch`, `fips-not-available`
 *
 * @example
 * ```ts
 * resolveFederationEndpoint({ partition: 'aws', region: 'us-west-2' });
 * // 'https://us-west-2.signin.aws.amazon.com/federation'
 * ```
 */
export function resolveFederationEndpoint(q: FederationEndpointQuery): string {
  return `https://${signinHost(q)}/federation`;
}

/** The sign-in host alone. */
export function signinHost(q: FederationEndpointQuery): string {
  const partition = readPartition(q.partition);
  const endpoints = getConsoleEndpoints(partition.name);
  const region = q.region === undefined ? undefined : readRegion(q.region, partition);
  if (q.useFipsEndpoint === true) return fipsHost(endpoints, region);
  if (region === undefined || region === endpoints.labelFreeRegion) {
    if (endpoints.signinHost !== undefined) return endpoints.signinHost;
  }
  return fill(endpoints.signinRegionalHost, region ?? partition.implicitGlobalRegion);
}

/** The partition and region that a sign-in host serves; undefined when it is none of AWS. */
export function classifySigninHost(host: string): FederationEndpointQuery | undefined {
  for (const name of partitionNames()) {
    const endpoints = getConsoleEndpoints(name);
    if (host === endpoints.signinHost) return { partition: name };
    if (host === endpoints.signinFipsHost) return { partition: name, useFipsEndpoint: true };
    for (const template of [endpoints.signinRegionalHost, endpoints.signinFipsRegionalHost]) {
      const tail = template?.replace('{region}', '');
      if (tail === undefined || !host.endsWith(tail)) continue;
      const region = host.slice(0, -tail.length);
      const useFipsEndpoint = template === endpoints.signinFipsRegionalHost;
      try {
        return {
          partition: name,
          region: readRegion(region, readPartition(name)),
          useFipsEndpoint,
        };
      } catch {
        return undefined;
      }
    }
  }
  return undefined;
}

function fipsHost(endpoints: ConsoleEndpoints, region: string | undefined): string {
  const labelFree = region === undefined || region === endpoints.labelFreeRegion;
  if (labelFree && endpoints.signinFipsHost) return endpoints.signinFipsHost;
  if (region !== undefined && endpoints.signinFipsRegionalHost) {
    return fill(endpoints.signinFipsRegionalHost, region);
  }
  throw new FederationError({
    code: 'fips-not-available',
    message: `AWS has published no FIPS sign-in host for partition ${endpoints.partition}.`,
  });
}

function fill(template: string, region: string): string {
  return template.replace('{region}', region);
}

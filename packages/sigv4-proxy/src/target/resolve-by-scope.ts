import { getPartition, type PartitionName } from '@postern/config/aws';
import { SigV4ProxyError } from '../errors.js';
import { ambiguousEndpoint } from './ambiguous-endpoint.js';
import { splitAwsSuffix } from './aws-suffix.js';
import { type CheckedScope, checkScope, targetOf } from './check-scope.js';
import { chooseService } from './choose-service.js';
import { readHostShape } from './host-shape.js';
import { type ListenerHost, matchListenerHost } from './listener-host.js';
import { resolveByHost } from './resolve-by-host.js';
import { isS3Family, s3Address } from './s3-endpoint.js';
import { type ServiceAddress, serviceAddress } from './service-endpoint.js';
import { type ServiceRow, servicesWithSigningName } from './service-rows.js';
import type { Target, TargetOptions, TargetQuery } from './target-options.js';
import { validateAwsHost } from './validate-aws-host.js';

type RegionalScope = CheckedScope & { readonly region: string; readonly partition: PartitionName };

/**
 * Finds the AWS endpoint of a request that was sent to the listener as if it were AWS. Clients sign global services for their own
 * region there, so the signing region is the endpoint's, not the client's.
 *
 * @throws {@link SigV4ProxyError} `bad-host`, `bad-scope`, `bad-region`, `ambiguous-endpoint`, `not-allowed`, and the codes of
 *   `validateAwsHost` for a scope that would lead to a customer's host
 */
export function resolveByScope(query: TargetQuery, options: TargetOptions): Target {
  const asked = matchListenerHost(query.host, options.listener);
  const scope = checkScope(query);
  const override = overrideOf(scope.service, options);
  if (override !== undefined) return resolveByHost(override, query, options);
  if (scope.regionSet !== undefined) return multiRegion(scope, asked);
  const { region, partition } = scope;
  if (region === undefined || partition === undefined)
    throw ambiguousEndpoint('it names no region');
  const regional: RegionalScope = { ...scope, region, partition };
  const address = addressOf(regional, asked, query, options);
  const host = checkHost(address.host, partition);
  return targetOf(scope, host, partition, {
    name: address.signingName,
    region: address.signingRegion,
  });
}

function overrideOf(service: string, { overrides }: TargetOptions): string | undefined {
  return overrides && Object.hasOwn(overrides, service) ? overrides[service] : undefined;
}

/** Multi-region access points are the only SigV4A host that a name in front of the listener can tell. */
function multiRegion(scope: CheckedScope, asked: ListenerHost): Target {
  const [alias, kind, ...more] = asked.labels;
  if (scope.service !== 's3' || alias === undefined || kind !== 'mrap' || more.length > 0) {
    throw ambiguousEndpoint('a request signed for several regions names no host');
  }
  const partition = scope.partition ?? 'aws';
  const { dnsSuffix } = getPartition(partition);
  const host = checkHost(`${alias}.mrap.accesspoint.s3-global.${dnsSuffix}`, partition);
  return targetOf(scope, host, partition);
}

function addressOf(
  scope: RegionalScope,
  asked: ListenerHost,
  query: TargetQuery,
  options: TargetOptions,
): ServiceAddress {
  if (isS3Family(scope.service)) {
    if (asked.glued !== '') throw unknownName();
    return s3Address(scope, asked.labels, query, options);
  }
  const variant = {
    fips: options.useFipsEndpoint === true,
    dualStack: options.useDualstackEndpoint === true,
  };
  const chosen = chooseService(scope.service, query, options.routes);
  const named = asked.labels.length > 0 || asked.glued !== '';
  const path = asked.labels.join('.');
  const byName = servicesWithSigningName(scope.service).find((row) => row.prefix === path);
  if (byName && asked.glued === '') {
    const address = serviceAddress(byName, scope.region, scope.partition, variant);
    return chosen?.row === byName ? withPrefix(chosen.hostPrefix, address) : address;
  }
  if (named) {
    const front = [...asked.labels, asked.glued].filter((part) => part !== '').join('.');
    return namedHost(scope, front, asked, chosen?.row, variant);
  }
  if (chosen === undefined) {
    throw ambiguousEndpoint('it is for a host of its own that only its name tells');
  }
  const address = serviceAddress(chosen.row, scope.region, scope.partition, variant);
  return withPrefix(chosen.hostPrefix, address);
}

function withPrefix(prefix: string, address: ServiceAddress): ServiceAddress {
  return { ...address, host: prefix + address.host };
}

/** The name in front is the whole endpoint (`abc123.execute-api`) or what a client put before the endpoint (`api`, `stream-`). */
function namedHost(
  scope: RegionalScope,
  front: string,
  asked: ListenerHost,
  row: ServiceRow | undefined,
  variant: { readonly fips: boolean; readonly dualStack: boolean },
): ServiceAddress {
  if (scope.isPseudoRegion) throw ambiguousEndpoint('the region is not a real one');
  const prefix = row?.prefix ?? scope.service;
  const glue = asked.glued === '' ? '.' : '';
  const whole = [...(asked.glued === '' ? [front] : []), `${front}${glue}${prefix}`];
  const path = whole.find((candidate) => isKnownPath(candidate, scope));
  if (path === undefined) {
    if (asked.glued !== '') throw unknownName();
    throw ambiguousEndpoint('the name in front of the listener is no endpoint of the service');
  }
  if (row && path.endsWith(prefix)) {
    const address = serviceAddress(row, scope.region, scope.partition, variant);
    return withPrefix(path.slice(0, -prefix.length), address);
  }
  const { dnsSuffix, dualStackDnsSuffix } = getPartition(scope.partition);
  const suffix = variant.dualStack ? dualStackDnsSuffix : dnsSuffix;
  const fips = variant.fips ? '-fips' : '';
  return { host: `${path}${fips}.${scope.region}.${suffix}`, signingRegion: scope.region };
}

function isKnownPath(path: string, scope: RegionalScope): boolean {
  const { partition } = scope;
  const labels = [...path.split('.'), scope.region];
  const suffix = getPartition(partition).dnsSuffix;
  const shape = readHostShape({ labels, suffix, partitions: [partition], onAws: false });
  return shape.signingNames?.includes(scope.service) ?? false;
}

/** Nothing that was put together from a request leaves without passing the same gate as a host that a client named. */
function checkHost(host: string, partition: PartitionName): string {
  const valid = validateAwsHost(host);
  if (splitAwsSuffix(valid)?.partitions.includes(partition)) return valid;
  throw ambiguousEndpoint('the host would lie in another partition');
}

function unknownName(): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-host',
    'The Host header is neither a name of this listener nor a name under it; use the endpoint URL as it was given out.',
  );
}

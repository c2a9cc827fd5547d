import { partitionTable } from '../aws/data/partition-table.js';
import { isRegionForm } from '../aws/region-form.js';
import { tryResolvePartition } from '../aws/regions.js';
import type { Partition } from '../aws/types.js';
import { legacyHost } from './legacy-hosts.js';
import {
  allServiceRules,
  findException,
  hasOverrides,
  type ServiceRule,
  variantOf,
} from './read-table.js';
import { parseS3Labels } from './s3-hosts.js';
import type { ServiceHost } from './service-host.js';

/** A host name is never longer. */
const MAX_LENGTH = 253;

const HOSTNAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

/**
 * Builds the parser behind {@link parseServiceHostname} once, for callers with many hosts to look at. It keeps
 * a table per partition and variant (32 at most, whatever the hosts).
 *
 * @example
 * ```ts
 * const parse = createServiceHostnameParser();
 * const known = ['sqs.eu-west-1.amazonaws.com', 'example.com'].filter((host) => parse(host) !== undefined);
 * ```
 */
export function createServiceHostnameParser(): (hostname: string) => ServiceHost | undefined {
  const rules = allServiceRules();
  const tables = new Map<string, ReadonlyMap<string, readonly ServiceRule[]>>();

  function lookUp(
    partition: Partition,
    fips: boolean,
    dualStack: boolean,
    host: string,
    region: string,
  ) {
    const key = `${partition.name} ${fips} ${dualStack}`;
    const table = tables.get(key) ?? hostTable(rules, partition, fips, dualStack);
    tables.set(key, table);
    return table.get(`${region} ${host}`) ?? table.get(host.replace(`.${region}.`, '.*.'));
  }

  /** A host without a region may serve a second partition with the same suffix. */
  function sharedBy(
    own: Partition,
    hostname: string,
    suffix: string,
    fips: boolean,
    dualStack: boolean,
  ): readonly Partition['name'][] {
    return partitionTable
      .filter(
        (other) => other !== own && [other.dnsSuffix, other.dualStackDnsSuffix].includes(suffix),
      )
      .filter((other) => lookUp(other, fips, dualStack, hostname, '') !== undefined)
      .map((other) => other.name);
  }

  function parse(raw: string): ServiceHost | undefined {
    const hostname = normalise(raw);
    if (hostname === undefined) return undefined;
    const old = legacyHost(hostname);
    if (old) return old;
    for (const { partition, suffix } of suffixesOf(hostname)) {
      const labels = hostname.slice(0, -suffix.length - 1);
      const last = labels.slice(labels.lastIndexOf('.') + 1);
      const region = isRegionOf(partition, last) ? last : undefined;
      const s3 = parseS3Labels(region === undefined ? labels : labels.slice(0, -last.length - 1));
      if (s3 && suffix === partition.dnsSuffix && (region !== undefined || s3.global)) {
        return s3Host(hostname, partition, region, s3);
      }
      for (const fips of [false, true]) {
        const dual = suffix === partition.dualStackDnsSuffix;
        for (const dualStack of dual ? [true] : [false, true]) {
          const found = lookUp(partition, fips, dualStack, hostname, region ?? '');
          if (!found) continue;
          const host = known(hostname, partition, region, fips, dualStack, found);
          const others =
            region === undefined ? sharedBy(partition, hostname, suffix, fips, dualStack) : [];
          return others.length === 0 ? host : { ...host, sharedWith: others };
        }
      }
      if (region !== undefined && labels.length > last.length) {
        return unknown(hostname, partition, region, labels.slice(0, -last.length - 1), suffix);
      }
    }
    return undefined;
  }

  return parse;
}

/**
 * Reads an AWS host name: which partition, region and service it belongs to. The inverse of
 * `resolveServiceEndpoint`, and beyond it: bucket hosts of S3 and the host names old clients still dial.
 *
 * A result means that the name lies in the DNS zone AWS publishes for that partition and that its region
 * belongs there; check `services` before taking it for a known service.
 *
 * @param hostname - untrusted text without a port; case and one trailing dot do not matter
 * @returns undefined for anything that is no AWS service host
 *
 * @example
 * ```ts
 * const host = parseServiceHostname('bucket.s3.eu-west-1.amazonaws.com');
 * host?.region; // 'eu-west-1'
 * parseServiceHostname('s3.amazonaws.com.example.com'); // undefined
 * ```
 */
export function parseServiceHostname(hostname: string): ServiceHost | undefined {
  return createServiceHostnameParser()(hostname);
}

function normalise(raw: string): string | undefined {
  if (typeof raw !== 'string' || raw.length > MAX_LENGTH + 1) return undefined;
  const hostname = raw.toLowerCase().replace(/\.$/, '');
  return HOSTNAME.test(hostname) && !hostname.includes('..') && hostname.length <= MAX_LENGTH
    ? hostname
    : undefined;
}

function suffixesOf(hostname: string): readonly { partition: Partition; suffix: string }[] {
  return partitionTable.flatMap((partition) =>
    [partition.dualStackDnsSuffix, partition.dnsSuffix]
      .filter((suffix) => hostname.endsWith(`.${suffix}`))
      .map((suffix) => ({ partition, suffix })),
  );
}

function isRegionOf(partition: Partition, label: string): boolean {
  return (
    isRegionForm(label) &&
    tryResolvePartition(label)?.name === partition.name &&
    !partition.pseudoRegions.includes(label)
  );
}

/** Host (region as `*`, or with the region in front where only one region has it) → services. */
function hostTable(
  rules: readonly ServiceRule[],
  partition: Partition,
  fips: boolean,
  dualStack: boolean,
): ReadonlyMap<string, readonly ServiceRule[]> {
  const table = new Map<string, ServiceRule[]>();
  const add = (key: string, rule: ServiceRule) => table.set(key, [...(table.get(key) ?? []), rule]);
  const variant = variantOf(fips, dualStack);
  const suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  for (const rule of rules) {
    const exception = findException(rule, partition, variant, '*');
    if (exception === undefined) {
      add(`${rule.prefix}${fips ? '-fips' : ''}.*.${suffix}`, rule);
    } else if (exception) {
      const home = exception.signingRegion;
      const fixed = home !== undefined && exception.host.includes(`.${home}.`);
      add(fixed ? `${home} ${exception.host}` : exception.host, rule);
    }
    if (!hasOverrides(rule)) continue;
    for (const region of partition.regions) {
      const own = findException(rule, partition, variant, region);
      const usual = exception === undefined ? undefined : exception?.host.replace('*', region);
      if (own && own.host !== usual) add(`${region} ${own.host}`, rule);
    }
  }
  return table;
}

function known(
  hostname: string,
  partition: Partition,
  region: string | undefined,
  fips: boolean,
  dualStack: boolean,
  rules: readonly ServiceRule[],
): ServiceHost {
  const [first] = rules;
  const pinned =
    first && findException(first, partition, variantOf(fips, dualStack), region ?? '*');
  return {
    hostname,
    partition: partition.name,
    region,
    signingRegion: pinned?.signingRegion ?? region,
    endpointPrefix: first?.prefix ?? '',
    services: rules.map((rule) => rule.service),
    signingName: first?.signingName,
    fips,
    dualStack,
  };
}

function s3Host(
  hostname: string,
  partition: Partition,
  region: string | undefined,
  s3: NonNullable<ReturnType<typeof parseS3Labels>>,
): ServiceHost {
  const { global: _, ...facts } = s3;
  return {
    hostname,
    partition: partition.name,
    region,
    signingRegion: region ?? 'us-east-1',
    ...facts,
  };
}

function unknown(
  hostname: string,
  partition: Partition,
  region: string,
  labels: string,
  suffix: string,
): ServiceHost {
  return {
    hostname,
    partition: partition.name,
    region,
    signingRegion: region,
    endpointPrefix: labels.replace(/-fips$/, ''),
    services: [],
    signingName: undefined,
    fips: labels.endsWith('-fips'),
    dualStack: suffix === partition.dualStackDnsSuffix,
  };
}

import type { Partition } from '../aws/types.js';
import { endpointTable } from './data/endpoint-table.js';

/** Which of the four hosts of a service is meant. */
export type Variant = '-' | 'f' | 'd' | 'b';

/** The facts of one service, as one line of the table tells them. */
export interface ServiceRule {
  readonly service: string;
  readonly prefix: string;
  readonly signingName: string;
  /** Exceptions in table form: `partitions variant target ,region=target…`. */
  readonly exceptions: readonly string[];
}

/** Where a service answers. `host` may still hold the marks of the table. */
export interface RuleTarget {
  readonly host: string;
  /** Set where the signing region is not the region of the call. */
  readonly signingRegion: string | undefined;
}

/** Letters of the partitions in the table: their index in the published order. */
const ORDER = 'aws aws-cn aws-eusc aws-iso aws-iso-b aws-iso-e aws-iso-f aws-us-gov'.split(' ');

/** The variant for a pair of switches. */
export function variantOf(fips: boolean, dualStack: boolean): Variant {
  if (fips) return dualStack ? 'b' : 'f';
  return dualStack ? 'd' : '-';
}

/** Finds the line of one service without reading the others: the table stays a text, nothing is kept. */
export function findServiceRule(service: string): ServiceRule | undefined {
  if (!/^[a-z0-9-]{1,64}$/.test(service)) return undefined;
  const start = endpointTable.indexOf(`\n${service};`);
  if (start < 0) return undefined;
  return readLine(endpointTable.slice(start + 1, endpointTable.indexOf('\n', start + 1)));
}

/** Whether single regions of a service differ from the rest of their partition. */
export function hasOverrides(rule: ServiceRule): boolean {
  return rule.exceptions.some((exception) => exception.includes(','));
}

/** All services, in the order of the published data. */
export function allServiceRules(): readonly ServiceRule[] {
  return endpointTable.trim().split('\n').map(readLine);
}

/** The botocore names of all services in the table. */
export function serviceNames(): readonly string[] {
  return allServiceRules().map((rule) => rule.service);
}

/**
 * The exception a rule makes for one partition, variant and region.
 *
 * @returns undefined when the generic rule holds, null when there is no such host at all
 */
export function findException(
  rule: ServiceRule,
  partition: Partition,
  variant: Variant,
  region: string,
): RuleTarget | null | undefined {
  const digit = String(ORDER.indexOf(partition.name));
  for (const exception of rule.exceptions) {
    const at = exception.search(/\D/);
    if (exception[at] !== variant || !exception.slice(0, at).includes(digit)) continue;
    const [main = '', ...overrides] = exception.slice(at + 1).split(',');
    const own = overrides.find((text) => text.startsWith(`${region}=`));
    const target = own === undefined ? main : own.slice(region.length + 1);
    if (target === '#') return null;
    return target === '' ? undefined : fill(target, rule, partition, region);
  }
  return undefined;
}

function fill(target: string, rule: ServiceRule, partition: Partition, region: string): RuleTarget {
  const home = partition.implicitGlobalRegion;
  const [template = '', signingRegion] = target.split('@');
  const host = template
    .replace('^', rule.prefix)
    .replace('*', region)
    .replace('!', home)
    .replace('$', () => partition.dnsSuffix)
    .replace('%', partition.dualStackDnsSuffix);
  return { host, signingRegion: signingRegion === '!' ? home : signingRegion };
}

function readLine(line: string): ServiceRule {
  const [service = '', prefix = '', signingName = '', ...exceptions] = line.split(';');
  return {
    service,
    prefix: prefix || service,
    signingName: signingName || prefix || service,
    exceptions,
  };
}

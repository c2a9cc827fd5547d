import { ConfigError } from '../errors.js';
import { partitionTable } from './data/partition-table.js';
import { regionExpressions } from './data/region-expressions.js';
import { assertRegionForm, isRegionForm } from './region-form.js';
import type { Partition } from './types.js';

/** A partition and how a region led to it. */
export interface ResolvedPartition extends Partition {
  /**
   * `region`: the published list names the region (or it is a pseudo region). `regex`: only the form
   * fits, so it is a region newer than the data or a misspelt one. `default`: nothing fits and the
   * caller asked for `aws` then.
   */
  readonly matchedBy: 'region' | 'regex' | 'default';
}

/** What {@link resolvePartition} does with a region that fits no partition. */
export interface ResolvePartitionOptions {
  /**
   * `throw` refuses it. `aws` takes the commercial partition and says `matchedBy: 'default'`; nothing
   * that signs or connects should ask for that. Default `throw`.
   */
  readonly unknown?: 'throw' | 'aws' | undefined;
}

/**
 * Finds the partition of a region: by the published lists, then by the expression of each partition.
 * Regions that AWS opens later work without an update as long as they follow the naming of a partition.
 *
 * @param region - for example `eu-central-1`, or a pseudo region such as `aws-global`
 * @throws {@link ConfigError} `invalid-region` for a text that is no region name (with the region as hint
 *   for an availability zone), `unknown-region` when no partition fits
 *
 * @example
 * ```ts
 * resolvePartition('cn-north-1').dnsSuffix; // 'amazonaws.com.cn'
 * resolvePartition('eu-central-9').matchedBy; // 'regex': not published yet, but named like the others
 * ```
 */
export function resolvePartition(
  region: string,
  options: ResolvePartitionOptions = {},
): ResolvedPartition {
  assertRegionForm(region);
  const found = lookUpRegion(region);
  if (found) return found;
  if (options.unknown === 'aws') {
    for (const partition of partitionTable) {
      if (partition.name === 'aws') return { ...partition, matchedBy: 'default' };
    }
  }
  throw new ConfigError({
    code: 'unknown-region',
    message: 'No AWS partition knows the region: its name follows no published pattern.',
  });
}

/** The same look-up without an error: undefined when the text is no region or no partition fits. */
export function tryResolvePartition(region: string): ResolvedPartition | undefined {
  return isRegionForm(region) ? lookUpRegion(region) : undefined;
}

/** Whether the published data lists the region. Pseudo regions such as `aws-global` do not count. */
export function isPublishedRegion(region: string): boolean {
  return partitionTable.some((partition) => partition.regions.includes(region));
}

function lookUpRegion(region: string): ResolvedPartition | undefined {
  const listed = partitionTable.find(
    (partition) => partition.regions.includes(region) || partition.pseudoRegions.includes(region),
  );
  if (listed) return { ...listed, matchedBy: 'region' };
  const fitting = partitionTable.find((partition) =>
    regionExpressions[partition.name].test(region),
  );
  return fitting && { ...fitting, matchedBy: 'regex' };
}

import { partitionTable } from './data/partition-table.js';

/** How people shorten the direction in a region name. */
const DIRECTIONS: readonly (readonly [word: string, short: string])[] = [
  ['northeast', 'ne'],
  ['northwest', 'nw'],
  ['southeast', 'se'],
  ['southwest', 'sw'],
  ['central', 'c'],
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
];

/**
 * Expands the short form people type for a region: `use1` is us-east-1, `apse2` is ap-southeast-2,
 * `usgw1` is us-gov-west-1. Only published regions have a short form.
 *
 * @param short - the short form, in any case; a full region name is returned as it is
 * @returns the region, or undefined when no published region has that short form
 */
export function expandRegion(short: string): string | undefined {
  if (typeof short !== 'string') return undefined; // From callers without types.
  const wanted = short.toLowerCase();
  for (const partition of partitionTable) {
    for (const region of partition.regions) {
      if (region === wanted || shortForms(region).includes(wanted)) return region;
    }
  }
  return undefined;
}

function shortForms(region: string): readonly string[] {
  const parts = region.split('-');
  const number = parts.pop() ?? '';
  const direction = parts.pop() ?? '';
  const short = DIRECTIONS.find(([word]) => word === direction)?.[1] ?? direction;
  const [area = '', ...middle] = parts;
  const end = `${short}${number}`;
  if (middle.length === 0) return [`${area}${end}`];
  // us-gov-west-1 is written both usgw1 and usgovw1.
  return [
    `${area}${middle.map((word) => word.charAt(0)).join('')}${end}`,
    `${area}${middle.join('')}${end}`,
  ];
}

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { partitionTable } from '../../src/aws/data/partition-table.js';
import { regionExpressions } from '../../src/aws/data/region-expressions.js';

describe('the AWS data tables', () => {
  it('are what the generator makes of the published facts', () => {
    const generator = fileURLToPath(
      new URL('../../../../tools/generate-aws-data.mjs', import.meta.url),
    );
    // It names the stale files and fails otherwise.
    expect(() =>
      execFileSync(process.execPath, [generator, '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('give each region the form of its partition and of no other, and pseudo regions none', () => {
    const fitting = (region: string) =>
      Object.entries(regionExpressions).flatMap(([name, form]) =>
        form.test(region) ? [name] : [],
      );
    for (const { name, regions, pseudoRegions } of partitionTable) {
      expect(regions.length).toBeGreaterThan(0);
      for (const region of regions) expect(fitting(region), region).toEqual([name]);
      for (const region of pseudoRegions) expect(fitting(region), region).toEqual([]);
    }
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCaseFile } from '../../../../tools/conformance/case-file.mjs';
import { groups } from '../../../../tools/conformance/join-iam.mjs';

// The same cases as `pnpm conformance`, but on the sources.
const file = readCaseFile(fileURLToPath(new URL('join-iam.json', import.meta.url)));

describe.each(Object.keys(groups))('%s', (group) => {
  const cases = file.cases.filter((testCase) => testCase.group === group);

  it.each(cases.map((testCase) => [testCase.id, testCase]))('%s', async (_, testCase) => {
    const { pass, expected, got } = await groups[group](testCase, file);
    expect({ pass, got }, JSON.stringify(expected)).toEqual({ pass: true, got });
  });

  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(0);
  });
});

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCaseFile } from '../conformance/case-file.mjs';
import { runCases } from '../conformance/run-cases.mjs';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const files = readdirSync(packages).flatMap((name) => {
  const folder = `${packages}/${name}/test/conformance`;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'disputed.json')
    .map((file) => [`${name}/${file}`, `${folder}/${file}`]);
});

describe.each(files)('%s', (_name, path) => {
  it('passes every case', async () => {
    const failures = [];
    for await (const { testCase, outcome } of runCases(readCaseFile(path))) {
      if (!outcome.pass) failures.push({ id: testCase.id, ...outcome });
    }
    expect(failures).toEqual([]);
  });
});

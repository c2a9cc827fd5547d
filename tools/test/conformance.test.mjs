import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCaseFile } from '../conformance/case-file.mjs';
import { runCases } from '../conformance/run-cases.mjs';
import { filesBelow, packages } from '../lib.mjs';

const files = packages().flatMap(({ name, folder }) =>
  filesBelow(`${folder}/test/conformance`, '.json')
    .filter((file) => !file.endsWith('/disputed.json'))
    .map((file) => [`${name}/${basename(file)}`, file]),
);

it('finds the case files', () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
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

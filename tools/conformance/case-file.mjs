import { readFileSync } from 'node:fs';

/** The file is not there, not JSON, or not of the case format. */
export class CaseFileError extends Error {}

/**
 * Reads a case file: an object whose `cases` (and, for join-iam, `vectors`) are lists of objects with `id` and `group`.
 *
 * @param {string} path
 * @returns {{ cases: any[], [field: string]: any }} the whole file; adapters need its shared context too
 */
export function readCaseFile(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CaseFileError(`cannot read ${path}: ${error.code ?? error.message}`);
  }
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new CaseFileError(`${path} is not JSON: ${error.message}`);
  }
  if (!file || !Array.isArray(file.cases)) {
    throw new CaseFileError(`${path} has no list "cases"`);
  }
  if (!Array.isArray(file.vectors ?? [])) throw new CaseFileError(`${path}: "vectors" is no list`);
  const vectors = (file.vectors ?? []).map((vector, index) => ({
    id: vector.id ?? vector.name ?? `vector-${index + 1}`,
    ...vector,
    group: vector.group ?? 'vectors',
  }));
  const cases = [...file.cases, ...vectors];
  // A run of nothing must not look like a run that passed.
  if (cases.length === 0) throw new CaseFileError(`${path} holds no case`);
  cases.forEach((testCase, index) => {
    if (typeof testCase?.id !== 'string' || typeof testCase.group !== 'string') {
      throw new CaseFileError(`${path}: cases[${index}] has no "id" or no "group"`);
    }
  });
  return { ...file, cases };
}

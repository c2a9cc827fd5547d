import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CaseFileError, readCaseFile } from './case-file.mjs';
import { runCases } from './run-cases.mjs';

/** What was asked for cannot be run at all. */
class UsageError extends Error {}

/**
 * Runs a case file and says what failed. The last printed line counts.
 *
 * @param {readonly string[]} args
 * @param {{ print: (line: string) => void, complain: (line: string) => void, cwd?: string }} output cwd: where paths start
 * @returns {Promise<0 | 1 | 2>} exit code: every case passed; some failed; the file is no case file, or has no such group
 */
export async function conformance(args, { print, complain, cwd = '.' }) {
  let asked;
  try {
    asked = read(args, cwd);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CaseFileError)) throw error;
    complain(`conformance: ${error.message}`);
    complain('usage: pnpm -s conformance --cases <file.json> [--group <name>]');
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for await (const { testCase, outcome } of runCases(asked.file, asked.group)) {
    if (outcome.pass) {
      passed += 1;
      continue;
    }
    failed += 1;
    print(`FAIL ${testCase.id}${testCase.why ? `: ${testCase.why}` : ''}`);
    print(`  expected ${JSON.stringify(outcome.expected)}`);
    print(`  got      ${JSON.stringify(outcome.got)}`);
  }
  print(`${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function read(args, cwd) {
  let options;
  try {
    options = parseArgs({
      // pnpm hands a leading "--" on as it is.
      args: args[0] === '--' ? args.slice(1) : [...args],
      options: { cases: { type: 'string' }, group: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (!options.cases) throw new UsageError('which case file? Name it with --cases.');
  const file = readCaseFile(resolve(cwd, options.cases));
  const groups = [...new Set(file.cases.map((testCase) => testCase.group))];
  if (options.group !== undefined && !groups.includes(options.group)) {
    throw new UsageError(
      `no case of ${options.cases} is in group "${options.group}"; it has: ${groups.join(', ')}`,
    );
  }
  return { file, group: options.group };
}

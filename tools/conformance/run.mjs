// pnpm -s conformance --cases <file.json> [--group name] [--verbose]
// Exit codes: 0 every case passed, 1 some failed, 2 the file cannot be read as a case file.
import { parseArgs } from 'node:util';
import { CaseFileError, readCaseFile } from './case-file.mjs';
import { runCases } from './run-cases.mjs';

function usage(message) {
  console.error(`conformance: ${message}`);
  console.error('usage: pnpm -s conformance --cases <file.json> [--group <name>]');
  process.exit(2);
}

let options;
try {
  options = parseArgs({
    // pnpm hands a leading "--" on as it is.
    args: process.argv.slice(2).filter((arg, index) => !(index === 0 && arg === '--')),
    options: { cases: { type: 'string' }, group: { type: 'string' } },
  }).values;
} catch (error) {
  usage(error.message);
}
if (!options.cases) usage('which case file? Name it with --cases.');

let file;
try {
  file = readCaseFile(options.cases);
} catch (error) {
  if (error instanceof CaseFileError) usage(error.message);
  throw error;
}

const groups = [...new Set(file.cases.map((testCase) => testCase.group))];
if (options.group !== undefined && !groups.includes(options.group)) {
  usage(`no case of ${options.cases} is in group "${options.group}"; it has: ${groups.join(', ')}`);
}

let passed = 0;
let failed = 0;
for await (const { testCase, outcome } of runCases(file, options.group)) {
  if (outcome.pass) {
    passed += 1;
    continue;
  }
  failed += 1;
  console.log(`FAIL ${testCase.id}${testCase.why ? `: ${testCase.why}` : ''}`);
  console.log(`  expected ${JSON.stringify(outcome.expected)}`);
  console.log(`  got      ${JSON.stringify(outcome.got)}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

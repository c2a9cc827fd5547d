import { groups as config } from './config.mjs';
import { groups as federation } from './federation.mjs';
import { groups as joinIam } from './join-iam.mjs';
import { groups as rbac } from './rbac.mjs';
import { groups as sigv4Proxy } from './sigv4-proxy.mjs';

/**
 * @typedef {{ pass: boolean, expected: unknown, got: unknown }} Outcome
 * @typedef {(testCase: any, file: any) => Outcome | undefined | Promise<Outcome | undefined>} Runner
 *   undefined: this package does not own the case (another kind of the same group, say)
 */

/** @type {ReadonlyArray<Readonly<Record<string, Runner>>>} */
const packages = [config, rbac, joinIam, federation, sigv4Proxy];

/** Runs the cases of a file, in its order. A case that no package takes has failed: nothing is skipped. */
export async function* runCases(file, group) {
  for (const testCase of file.cases) {
    if (group !== undefined && testCase.group !== group) continue;
    yield { testCase, outcome: await runCase(testCase, file) };
  }
}

async function runCase(testCase, file) {
  const expected = testCase.expect;
  for (const groups of packages) {
    if (!Object.hasOwn(groups, testCase.group)) continue;
    try {
      const outcome = await groups[testCase.group](testCase, file);
      if (outcome) return outcome;
    } catch (error) {
      return { pass: false, expected, got: `threw ${error?.stack ?? error}` };
    }
  }
  return { pass: false, expected, got: `nothing implements group "${testCase.group}" yet` };
}

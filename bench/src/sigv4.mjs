import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { format } from './report.mjs';

const WORKER = fileURLToPath(new URL('./sigv4/worker.mjs', import.meta.url));
const PLAN = [
  ['sign', ['json', 'json-token', 's3-get', 'put-1MiB']],
  ['verify + re-sign', ['json', 'json-token', 's3-get', 'put-1MiB']],
];
const CONTENDERS = ['postern', '@smithy/signature-v4', 'aws4'];

/** Lowest ratios that are still good: postern against each peer. */
const GATES = {
  sign: { '@smithy/signature-v4': 5, aws4: 2.3 },
  'verify + re-sign': { '@smithy/signature-v4': 5, aws4: 2.1 },
  'verify + re-sign put-1MiB': { '@smithy/signature-v4': 1.8, aws4: 1.8 },
};

/**
 * Signing against the two common signers. Every contender runs in a process of its own, in turn, round after round.
 *
 * @param {{ quick?: boolean }} options
 */
export async function run({ quick = false } = {}) {
  const rounds = quick ? 3 : 5;
  const ms = quick ? 60 : 300;
  const rows = [];
  for (const [task, caseNames] of PLAN) {
    for (const caseName of caseNames) {
      const micros = Object.fromEntries(CONTENDERS.map((name) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const name of CONTENDERS) micros[name].push(measure(task, name, caseName, ms));
      }
      rows.push({ task, caseName, micros, gates: gatesOf(task, caseName) });
    }
  }
  return format('SigV4 signing, one thread', 'postern', rows, { rounds, ms });
}

/** With a large body, signing is hashing for all, so there only the second hash pass counts. */
function gatesOf(task, caseName) {
  if (caseName === 'put-1MiB') return GATES[`${task} ${caseName}`] ?? {};
  return GATES[task];
}

function measure(task, name, caseName, ms) {
  const child = spawnSync(process.execPath, [WORKER, task, name, caseName, String(ms)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${name} on ${caseName}: ${child.stderr}`);
  return Number(child.stdout);
}

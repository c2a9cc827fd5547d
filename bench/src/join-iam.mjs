import { createJoinRequest } from '@postern/join-iam/client';
import {
  buildStsRequest,
  inspectJoinRequest,
  JoinIamError,
  matchAllowRules,
} from '@postern/join-iam/server';
import { environment, median } from './report.mjs';

const NOW = new Date('2026-01-15T12:00:00Z');
const CHALLENGE = 'EOT7qksbgjF-MTo8MNBuDG8Pl2T388-TAAsLD_R8KGA';
const AUDIENCE = 'cluster.example.com';

/** Most a typical static validation may cost, in microseconds. */
const GATE = 60;
/** Most any refusal of 16 KiB may cost, in microseconds. */
const HOSTILE_GATE = 5_000;

/**
 * What one signed request of a stranger costs before anything is sent: the typical one (session token of 1 KiB, audience),
 * and the most expensive of several hostile ones of 16 KiB.
 *
 * @param {{ quick?: boolean }} options
 */
export async function run({ quick = false } = {}) {
  const rounds = quick ? 3 : 9;
  const ms = quick ? 100 : 400;
  const context = { now: NOW, challenge: CHALLENGE, audience: AUDIENCE };
  const { requests } = await createJoinRequest({
    challenge: CHALLENGE,
    audience: AUDIENCE,
    credentials: {
      accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLETOKEN'.repeat(37),
    },
    region: 'eu-central-1',
    signingDate: NOW,
  });
  const [typical] = requests;
  const text = Buffer.from(typical).toString('latin1');
  const identity = {
    account: '333333333333',
    arn: 'arn:aws:sts::333333333333:assumed-role/node/i-0123456789abcdef0',
    userId: 'AROAEXAMPLEEXAMPLE12:i-0123456789abcdef0',
    partition: 'aws',
  };
  const rules = Array.from({ length: 10 }, (_, i) => ({
    aws_account: '333333333333',
    aws_arn: `arn:aws:sts::333333333333:assumed-role/node-${i}/i-*`,
  }));
  const hostile = [' ', ',', ';', '/', 'a', '\r\na: b', ', Signature=', '%'].map((unit) => {
    const room = 16_300 - text.length;
    return Buffer.from(text.replace('/20260115', unit.repeat(room / unit.length)), 'latin1');
  });

  const tasks = [
    ['static validation, typical request', GATE, () => inspectJoinRequest(typical, context)],
    [
      'the same and the rebuilt request',
      undefined,
      () => buildStsRequest(inspectJoinRequest(typical, context)),
    ],
    ['ten allow rules, none matches', undefined, () => matchAllowRules(rules, identity)],
    ...hostile.map((bytes, index) => [
      `16 KiB of hostile text ${index + 1}`,
      HOSTILE_GATE,
      () => refusal(() => inspectJoinRequest(bytes, context)),
    ]),
  ];
  const lines = [
    '## join-iam, one thread',
    '',
    `${rounds} rounds of ${ms} ms each; ${environment()}; request of ${text.length} bytes`,
    '',
    '| task | CPU µs (median) | gate |',
    '| --- | ---: | ---: |',
  ];
  const failures = [];
  for (const [name, gate, task] of tasks) {
    // The compiler gets its time first: a server meets more than a handful of joins.
    measure(task, Math.max(ms, 300));
    const micros = median(Array.from({ length: rounds }, () => measure(task, ms)));
    lines.push(`| ${name} | ${micros.toFixed(1)} | ${gate === undefined ? '' : `≤ ${gate}`} |`);
    if (micros > gate) failures.push(`${name}: ${micros.toFixed(1)} µs, more than ${gate}`);
  }
  return { text: lines.join('\n'), failures };
}

function refusal(task) {
  try {
    task();
  } catch (error) {
    if (error instanceof JoinIamError) return error;
    throw error;
  }
  throw new Error('a hostile request was accepted');
}

/** Microseconds of processor time a call, over at least `ms` milliseconds: what else runs on the machine does not count. */
function measure(task, ms) {
  let calls = 0;
  const start = process.cpuUsage();
  let used = 0;
  while (used < ms * 1_000) {
    for (let i = 0; i < 20; i += 1) task();
    calls += 20;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return used / calls;
}

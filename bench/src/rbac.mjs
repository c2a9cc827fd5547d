// Decisions about AWS roles: @postern/rbac against a naive evaluator, with and without caches, against casbin and Cedar, and
// against the floor, a Map of Maps that somebody filled with the answers before.

import { compileRole, createRoleSet, evaluateAwsAccess, listAwsRoleArns } from '@postern/rbac';
import { milliseconds, perCall } from './rbac/cpu-time.mjs';
import { freezeApp, makeData } from './rbac/data.mjs';
import { createNaive } from './rbac/naive.mjs';
import { startPeer } from './rbac/peer-process.mjs';
import { environment, median } from './report.mjs';

const SIZES = [
  { total: 10, held: 5 },
  { total: 1000, held: 50, warm: 60, cold: 10, list: 10, casbin: 1000 },
  { total: 10000, held: 500, warm: 400, list: 25 },
];
const PEERS = ['casbin', 'cedar'];
const FLOOR_SHARE = 0.5;
const NOW = new Date(0);

/** Measures one size. All contenders take turns in each round, so that a busy machine slows all of them. */
async function measure({ total, held }, { rounds, slice }) {
  const data = makeData(total, held);
  const compiled = data.held.map((role) => compileRole(role));
  const frozen = makeData(total, held);
  for (const { app } of frozen.apps) freezeApp(app);
  const plain = createNaive(false);
  const cached = createNaive(true);
  const loose = createRoleSet(compiled, data.user);
  const kept = createRoleSet(compiled, data.user);
  const answers = new Map(
    data.apps.map(({ app, arns }) => [
      app.metadata.name,
      new Map(arns.map((one) => [one, cached(data.held, data.user, app, one)])),
    ]),
  );
  const decide = (roles, { app, roleArn }) => evaluateAwsAccess(roles, { app, roleArn, now: NOW });
  const contenders = {
    naive: ({ app, roleArn }) => plain(data.held, data.user, app, roleArn),
    cached: ({ app, roleArn }) => cached(data.held, data.user, app, roleArn),
    warmLoose: (ask) => decide(loose, ask).decision === 'allow',
    warm: (ask) => decide(kept, ask).decision === 'allow',
    floor: ({ app, roleArn }) => answers.get(app.metadata.name).get(roleArn),
  };
  const peers = new Map();
  for (const name of PEERS) peers.set(name, await startPeer(name, total, held));
  let allowed = 0;
  for (const [at, ask] of data.asks.entries()) {
    const right = contenders.cached(ask);
    if (right) allowed += 1;
    for (const name of Object.keys(contenders)) {
      if (name === 'naive' && at >= 100) continue;
      const asked = name === 'warm' ? frozen.asks[at] : ask;
      if (contenders[name](asked) !== right) {
        throw new Error(`${name} disagrees on ${ask.app.metadata.name} ${ask.roleArn}`);
      }
    }
    for (const [name, { answers }] of peers) {
      if (at < answers.length && answers[at] !== right) {
        throw new Error(`${name} disagrees on ${ask.app.metadata.name} ${ask.roleArn}`);
      }
    }
  }
  const names = [...Object.keys(contenders), ...PEERS, 'cold'];
  const micros = Object.fromEntries(names.map((name) => [name, []]));
  const lists = { cached: [], cold: [], warm: [] };
  const plans = [];
  for (let round = 0; round <= rounds; round += 1) {
    const take = (list, value) => round > 0 && list.push(value);
    for (const [name, ask] of Object.entries(contenders)) {
      take(
        micros[name],
        perCall(name === 'warm' ? frozen.asks : data.asks, ask, slice, name === 'naive' ? 2 : 2000),
      );
    }
    for (const [name, peer] of peers) take(micros[name], await peer.measure(slice));
    // Cold: a new user, every app met for the first time.
    const cold = milliseconds(() => {
      const roles = createRoleSet(compiled, data.user);
      for (const ask of frozen.asks) decide(roles, ask);
    });
    take(micros.cold, (cold * 1000) / frozen.asks.length);
    let fresh;
    take(
      plans,
      milliseconds(() => {
        fresh = createRoleSet(compiled, data.user);
      }),
    );
    const listAll = () =>
      frozen.apps.reduce((sum, { app }) => sum + listAwsRoleArns(fresh, app).length, 0);
    take(lists.cold, milliseconds(listAll) + (plans.at(-1) ?? 0));
    take(lists.warm, milliseconds(listAll));
    const share = total > 1000 ? 10 : 1;
    const some = data.apps.slice(0, data.apps.length / share);
    take(
      lists.cached,
      share *
        milliseconds(() => {
          for (const { app, arns } of some)
            for (const one of arns) cached(data.held, data.user, app, one);
        }),
    );
  }
  const deaths = [...peers].flatMap(([name, peer]) => peer.deaths.map((how) => `${name}: ${how}`));
  for (const peer of peers.values()) peer.close();
  return { micros, lists, plans, deaths, allowed: allowed / data.asks.length };
}

const ratio = (slow, fast) => median(slow.map((value, at) => value / fast[at]));

export async function run({ quick = false } = {}) {
  const effort = quick ? { rounds: 3, slice: 60 } : { rounds: 7, slice: 300 };
  const failures = [];
  const lines = [];
  for (const size of SIZES) {
    const { micros, lists, plans, deaths, allowed } = await measure(size, effort);
    const gate = (name, got, wanted) => {
      if (wanted !== undefined && got < wanted) {
        failures.push(
          `rbac ${size.total} roles: ${name} is ${got.toFixed(2)}x, at least ${wanted}x`,
        );
      }
      return wanted === undefined ? '' : `≥ ${wanted}`;
    };
    const row = (title, name, wanted, against = micros.cached) => {
      const times = ratio(against, micros[name]);
      const us = median(micros[name]).toFixed(3);
      return `| ${title} | ${us} | ${times < 0.1 ? times.toPrecision(2) : times.toFixed(times < 10 ? 2 : 0)} | ${gate(title, times, wanted)} |`;
    };
    const floorShare = ratio(micros.floor, micros.warm);
    gate('warm against the floor', floorShare, FLOOR_SHARE);
    gate('warm against casbin', ratio(micros.casbin, micros.warm), size.casbin);
    const listTimes = ratio(lists.cached, lists.cold);
    gate('listing', listTimes, size.list);
    lines.push(
      '',
      `### ${size.total} roles, the user holds ${size.held} (${(allowed * 100).toFixed(1)} % allowed)`,
      '',
      '| contender | CPU µs a decision | times naive, cached | gate |',
      '| --- | ---: | ---: | ---: |',
      row('naive', 'naive'),
      row('naive, regular expressions and expansions cached', 'cached'),
      row('casbin, held roles only', 'casbin'),
      row('cedar-wasm preparsed, held roles only', 'cedar'),
      row('@postern/rbac, cold: new user, first touch of every app', 'cold', size.cold),
      row('@postern/rbac, warm, apps not frozen', 'warmLoose'),
      row('@postern/rbac, warm', 'warm', size.warm),
      row('floor: Map of Maps with the answers', 'floor'),
      '',
      `Warm is ${floorShare.toFixed(2)} of the floor (gate ≥ ${FLOOR_SHARE}) and ${ratio(micros.casbin, micros.warm).toFixed(0)}x casbin${size.casbin ? ` (gate ≥ ${size.casbin})` : ''}. A role set is made in ${median(plans).toFixed(2)} ms.`,
      `Listing all 20,000 pairs: naive, cached ${median(lists.cached).toFixed(0)} ms; cold ${median(lists.cold).toFixed(1)} ms ` +
        `(${listTimes.toFixed(1)}x, gate ${size.list === undefined ? 'none' : `≥ ${size.list}`}); warm ${median(lists.warm).toFixed(1)} ms.`,
      ...(deaths.length > 0
        ? [`Peers whose process died and was started again: ${deaths.join(', ')}.`]
        : []),
    );
  }
  const head = [
    '## Role decisions, 1,000 apps with 20 AWS roles each',
    '',
    `${effort.rounds} rounds, CPU time; ${environment()}`,
  ];
  return { text: [...head, ...lines].join('\n'), failures };
}

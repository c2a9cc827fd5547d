// Small requests through each contender in turn, in short slices, round after round.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';
import { cpuMs, peakMiB, start } from './machine.mjs';
import { getItem } from './signed.mjs';
import { startUpstream } from './upstreams.mjs';

/** The proxies have a core of their own, one working at a time; upstream and load share the other. */
const PROXY = 0;
const OTHERS = 1;

/** Requests that each contender gets before it is measured. */
const WARM_REQUESTS = 20_000;

const fileOf = (name) => fileURLToPath(new URL(`./contenders/${name}.mjs`, import.meta.url));

/**
 * @param {{ tls: boolean, contenders: string[], connections: number[], rounds: number, seconds: number, warmUp: number,
 *   node?: string }} o
 * @returns {Promise<Record<string, Record<number, { requests: number, perSecond: number, p50: number, p99: number,
 *   micros: number, peak: number }[]>>>} by contender and number of connections, a row a round; `micros`: CPU a request,
 *   `peak`: resident memory in MiB at its most so far
 */
export async function measureSmall({
  tls,
  contenders,
  connections,
  rounds,
  seconds,
  warmUp,
  node,
}) {
  const rows = Object.fromEntries(
    contenders.map((name) => [name, Object.fromEntries(connections.map((count) => [count, []]))]),
  );
  const running = [];
  const upstream = await startUpstream({ tls, core: OTHERS });
  try {
    const env = { UPSTREAM_PORT: String(upstream.port), UPSTREAM_TLS: tls ? '1' : '0' };
    for (const name of contenders) {
      const file = existsSync(name) ? name : fileOf(name);
      const { pid, port, stop } = await start(file, { core: PROXY, env, node });
      running.push({ name, pid, stop, to: { port, request: getItem(port), core: OTHERS } });
    }
    for (const { to } of running) {
      // A busy machine would leave the longer programs uncompiled.
      for (let done = 0, tries = 0; done < WARM_REQUESTS && tries < 8; tries += 1) {
        done += (await load({ ...to, connections: connections[0], seconds: warmUp })).requests;
      }
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const count of connections) {
        for (const { name, pid, to } of running) {
          const before = cpuMs(pid);
          const figures = await load({ ...to, connections: count, seconds });
          const micros = ((cpuMs(pid) - before) * 1_000) / figures.requests;
          if (figures.bad > 0) throw new Error(`${name}: ${figures.bad} requests failed`);
          rows[name][count].push({ ...figures, micros, peak: peakMiB(pid) });
        }
      }
    }
  } finally {
    for (const { stop } of running) await stop();
    await upstream.stop();
  }
  return rows;
}

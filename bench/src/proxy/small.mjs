// Small requests through each contender in turn, round after round.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { load } from './load.mjs';
import { cpuMs, peakMiB, start } from './machine.mjs';
import { getItem } from './signed.mjs';
import { startUpstream } from './upstreams.mjs';

/** The proxy has a core of its own; upstream and load share the other. */
const PROXY = 0;
const OTHERS = 1;

const fileOf = (name) => fileURLToPath(new URL(`./contenders/${name}.mjs`, import.meta.url));

/**
 * @param {{ tls: boolean, contenders: string[], connections: number[], rounds: number, seconds: number, warmUp: number,
 *   node?: string }} o
 * @returns {Promise<Record<string, Record<number, object[]>>>} by contender and number of connections, a row a round
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
  const upstream = await startUpstream({ tls, core: OTHERS });
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of contenders) {
        const file = existsSync(name) ? name : fileOf(name);
        const env = { UPSTREAM_PORT: String(upstream.port), UPSTREAM_TLS: tls ? '1' : '0' };
        const proxy = await start(file, { core: PROXY, env, node });
        try {
          const request = getItem(proxy.port);
          const to = { port: proxy.port, request, core: OTHERS };
          await load({ ...to, connections: connections[0], seconds: warmUp });
          for (const count of connections) {
            const before = cpuMs(proxy.pid);
            const figures = await load({ ...to, connections: count, seconds });
            const micros = ((cpuMs(proxy.pid) - before) * 1_000) / figures.requests;
            if (figures.bad > 0) throw new Error(`${name}: ${figures.bad} requests failed`);
            rows[name][count].push({ ...figures, micros, peak: peakMiB(proxy.pid) });
          }
        } finally {
          await proxy.stop();
        }
      }
    }
  } finally {
    await upstream.stop();
  }
  return rows;
}

import { fileURLToPath } from 'node:url';
import { hasProc, output, rssMiB, start } from './proxy/machine.mjs';
import { getItem } from './proxy/signed.mjs';
import { environment } from './report.mjs';

const fileOf = (path) => fileURLToPath(new URL(`./proxy/${path}`, import.meta.url));

/** Resident memory with all connections open and idle, MiB. */
const GATE = 400;

/**
 * Clients that keep their connections: each sends one signed request, then nothing.
 *
 * @param {{ quick?: boolean }} options
 */
export async function run({ quick = false } = {}) {
  if (!hasProc) return 'proxy-idle: needs Linux, whose /proc tells what a process uses.';
  const connections = quick ? 500 : 10_000;
  const upstream = await start(fileOf('upstream.mjs'), { core: 1 });
  const env = { UPSTREAM_PORT: String(upstream.port), UPSTREAM_TLS: '0' };
  const lines = [
    `## ${connections} idle connections`,
    '',
    environment(),
    '',
    '| contender | RSS MiB before | RSS MiB with all idle | KiB a connection | gate |',
    '| --- | ---: | ---: | ---: | --- |',
  ];
  const failures = [];
  try {
    for (const contender of ['http-request', 'postern']) {
      const proxy = await start(fileOf(`contenders/${contender}.mjs`), { core: 0, env });
      try {
        const before = rssMiB(proxy.pid);
        const asked = { port: proxy.port, request: getItem(proxy.port), connections };
        asked.pid = proxy.pid;
        const client = [process.execPath, fileOf('idle-client.mjs'), JSON.stringify(asked)];
        const { open, rss } = JSON.parse(await output(1, client));
        if (open !== connections) throw new Error(`${contender}: ${open} connections are open`);
        const each = ((rss - before) * 1024) / connections;
        const met = rss < GATE;
        const gate = contender === 'postern' ? `< ${GATE} MiB ${met ? 'met' : 'MISSED'}` : '';
        lines.push(
          `| ${contender} | ${before.toFixed(0)} | ${rss.toFixed(0)} | ${each.toFixed(1)} | ${gate} |`,
        );
        if (contender === 'postern' && !met) failures.push(`proxy-idle: ${rss.toFixed(0)} MiB`);
      } finally {
        await proxy.stop();
      }
    }
  } finally {
    await upstream.stop();
  }
  return { text: lines.join('\n'), failures };
}

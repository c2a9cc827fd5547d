import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { cpuMs, hasProc, output, peakMiB, start } from './proxy/machine.mjs';
import { getObject, putObject } from './proxy/signed.mjs';
import { environment, median } from './report.mjs';

const MIB = 2 ** 20;
const fileOf = (path) => fileURLToPath(new URL(`./proxy/${path}`, import.meta.url));

/** Throughput over that of the plain proxy, at least. An http listener takes unsigned S3 bodies only with a hash: no PUT without. */
const TASKS = [
  { name: 'upload, unsigned payload', contender: 'postern', secure: true, gate: 0.75 },
  { name: 'upload, hash checked', contender: 'postern', gate: 0.55 },
  { name: 'download', contender: 'postern', gate: 0.75 },
];
/** Peak of resident memory, MiB. */
const PEAK = process.versions.node.startsWith('20.') ? 130 : 160;

/**
 * One large body up and down, beside a plain proxy.
 *
 * @param {{ quick?: boolean }} options
 */
export async function run({ quick = false } = {}) {
  if (!hasProc) return 'proxy-bulk: needs Linux, whose /proc tells what a process uses.';
  const rounds = quick ? 1 : 3;
  const bytes = (quick ? 64 : 1024) * MIB;
  const sha256 = hashOfZeros(bytes);
  const failures = [];
  const lines = [
    `## One body of ${bytes / MIB} MiB`,
    '',
    `${rounds} rounds, a fresh process each; ${environment()}`,
    '',
    '| task | contender | s | CPU s | peak RSS MiB | throughput over http-request (median, range) | gate |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- |',
  ];
  const upstream = await start(fileOf('upstream.mjs'), { core: 1 });
  try {
    for (const { name, secure, gate } of TASKS) {
      const request = (port) => {
        if (name === 'download') return getObject(port, bytes);
        return putObject(port, bytes, secure ? 'UNSIGNED-PAYLOAD' : sha256);
      };
      const rows = { 'http-request': [], postern: [] };
      for (let round = 0; round < rounds; round += 1) {
        for (const [contender, list] of Object.entries(rows)) {
          list.push(await transfer({ contender, upstream, secure, request, bytes }));
        }
      }
      const [plain, ours] = Object.values(rows);
      const ratios = ours.map(({ seconds }, round) => plain[round].seconds / seconds);
      const ratio = median(ratios);
      const peak = Math.max(...ours.map((row) => row.peak));
      for (const [contender, list] of Object.entries(rows)) {
        const of = (key) => median(list.map((row) => row[key]));
        const cells = [name, contender, of('seconds').toFixed(2), of('cpu').toFixed(2)];
        cells.push(Math.max(...list.map((row) => row.peak)).toFixed(0));
        if (contender === 'postern') {
          const span = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
          const speed = `≥ ${gate}x ${ratio >= gate ? 'met' : 'MISSED'}`;
          const memory = `RSS ≤ ${PEAK} MiB ${peak <= PEAK ? 'met' : 'MISSED'}`;
          cells.push(`${ratio.toFixed(2)}x (${span})`, `${speed}; ${memory}`);
          if (ratio < gate) failures.push(`proxy-bulk, ${name}: ${ratio.toFixed(2)}x http-request`);
          if (peak > PEAK) failures.push(`proxy-bulk, ${name}: peak of ${peak.toFixed(0)} MiB`);
        } else cells.push('', '');
        lines.push(`| ${cells.join(' | ')} |`);
      }
    }
  } finally {
    await upstream.stop();
  }
  return { text: lines.join('\n'), failures };
}

async function transfer({ contender, upstream, secure, request, bytes }) {
  const env = { UPSTREAM_PORT: String(upstream.port), UPSTREAM_TLS: '0' };
  if (secure) env.BENCH_SECURE = '1';
  const proxy = await start(fileOf(`contenders/${contender}.mjs`), { core: 0, env });
  try {
    const asked = { port: proxy.port, request: request(proxy.port), bytes };
    const text = await output(1, [
      process.execPath,
      fileOf('bulk-client.mjs'),
      JSON.stringify(asked),
    ]);
    const { seconds, status, received, error } = JSON.parse(text);
    const whole = asked.request.method === 'GET' ? bytes : 300;
    if (status !== 200 || received !== whole) {
      throw new Error(`${contender}: ${error ?? `status ${status}, ${received} bytes`}`);
    }
    return { seconds, cpu: cpuMs(proxy.pid) / 1_000, peak: peakMiB(proxy.pid) };
  } finally {
    await proxy.stop();
  }
}

function hashOfZeros(bytes) {
  const digest = createHash('sha256');
  const zeros = Buffer.alloc(MIB);
  for (let done = 0; done < bytes; done += zeros.length) digest.update(zeros);
  return digest.digest('hex');
}

import { loader } from './proxy/load.mjs';
import { hasProc } from './proxy/machine.mjs';
import { measureSmall } from './proxy/small.mjs';
import { upstreamProgram } from './proxy/upstreams.mjs';
import { environment, median } from './report.mjs';

const OURS = 'postern';
const CONTENDERS = ['hello', 'http-request', 'http-proxy', 'undici', OURS];
const CONNECTIONS = [32, 128];

/** Requests a second, ours over theirs, at least. */
const THROUGHPUT = { 'http-request': 1, 'http-proxy': 1.1 };
/** CPU a request, ours over that of a server that answers by itself, at most; for a plain upstream, as that server encrypts nothing. */
const CPU = 3.3;

/**
 * The whole proxy (verify, authorize, sign again, audit) on one core with bodies of 300 bytes, beside plain proxies.
 *
 * @param {{ quick?: boolean }} options
 */
export async function run({ quick = false } = {}) {
  if (!hasProc) return 'proxy: needs Linux, whose /proc tells what a process uses.';
  const rounds = quick ? 2 : 5;
  const seconds = quick ? 1 : 3;
  const failures = [];
  const lines = [
    '## The whole proxy, 300 bytes, one core',
    '',
    `${rounds} rounds of ${seconds} s; load: ${loader}, upstream: ${upstreamProgram}; ${environment()}`,
  ];
  for (const tls of [false, true]) {
    const warmUp = quick ? 1 : 3;
    const how = { tls, contenders: CONTENDERS, connections: CONNECTIONS, rounds, seconds, warmUp };
    const rows = await measureSmall(how);
    lines.push('', `### ${tls ? 'TLS' : 'Plain'} upstream`, '', ...tableOf(rows, tls, failures));
  }
  return { text: lines.join('\n'), failures };
}

function tableOf(rows, tls, failures) {
  const lines = [
    '| connections | contender | requests/s | p50 / p99 ms | CPU µs a request | peak RSS MiB | postern: requests/s over it | CPU over it | gate |',
    '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
  ];
  for (const count of CONNECTIONS) {
    const ours = rows[OURS][count];
    for (const name of CONTENDERS) {
      const theirs = rows[name][count];
      const of = (key) => median(theirs.map((row) => row[key]));
      const cells = [
        count,
        name,
        of('perSecond').toFixed(0),
        `${of('p50').toFixed(2)} / ${of('p99').toFixed(2)}`,
        of('micros').toFixed(1),
        of('peak').toFixed(0),
      ];
      if (name === OURS) cells.push('', '', '');
      else {
        const faster = ratios(ours, theirs, 'perSecond');
        const dearer = ratios(ours, theirs, 'micros');
        const gates = gatesOf(name, tls, { faster, dearer, p99: ratios(ours, theirs, 'p99') });
        cells.push(range(faster), range(dearer), gates.map(({ text }) => text).join('; '));
        for (const { met, text } of gates) {
          const where = `${tls ? 'TLS' : 'plain'} upstream, ${count} connections, ${name}`;
          if (!met) failures.push(`proxy, ${where}: ${text}`);
        }
      }
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return lines;
}

/** Throughput and latency against the plain proxies, CPU against the bare server. */
function gatesOf(name, tls, { faster, dearer, p99 }) {
  if (name === 'hello') return tls ? [] : [gate('CPU', median(dearer), CPU, true)];
  const least = THROUGHPUT[name];
  if (least === undefined) return [];
  return [gate('requests/s', median(faster), least, false), gate('p99', median(p99), 1, true)];
}

function gate(what, value, limit, atMost) {
  const met = atMost ? value <= limit : value >= limit;
  const sign = atMost ? '≤' : '≥';
  return { met, text: `${what} ${value.toFixed(2)}x ${sign} ${limit}x ${met ? 'met' : 'MISSED'}` };
}

function ratios(ours, theirs, key) {
  return ours.map((row, round) => row[key] / theirs[round][key]);
}

function range(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${median(values).toFixed(2)}x (${low.toFixed(2)}–${high.toFixed(2)})`;
}

// Load on one HTTP listener: wrk where there is one, else a client of our own in a process of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { has, output } from './machine.mjs';

const CLIENT = fileURLToPath(new URL('./load-client.mjs', import.meta.url));
const UNITS = { us: 1e-3, ms: 1, s: 1_000, m: 60_000 };

/** The program that makes the load. */
export const loader = has('wrk') ? 'wrk' : 'node';

/**
 * @param {{ port: number, request: { method: string, path: string, headers: Record<string, string>, body?: string },
 *   connections: number, seconds: number, core?: number }} o
 * @returns {Promise<{ requests: number, perSecond: number, p50: number, p99: number, bad: number }>} times in milliseconds;
 *   `bad`: answers other than 2xx, and connections that failed
 */
export async function load(o) {
  return loader === 'wrk' ? await byWrk(o) : JSON.parse(await output(o.core, clientOf(o)));
}

function clientOf(o) {
  return [process.execPath, CLIENT, JSON.stringify({ ...o, core: undefined })];
}

async function byWrk({ port, request, connections, seconds, core }) {
  const { method, path, headers, body } = request;
  const folder = mkdtempSync(join(tmpdir(), 'bench-load-'));
  try {
    const script = join(folder, 'request.lua');
    // wrk writes Content-Length itself, and Host unless this very name is set.
    const lines = Object.entries(headers)
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) => `wrk.headers["${name === 'host' ? 'Host' : name}"]=[[${value}]]`);
    const content = body === undefined ? [] : [`wrk.body=[[${body}]]`];
    writeFileSync(script, [`wrk.method="${method}"`, ...content, ...lines, ''].join('\n'));
    const url = `http://127.0.0.1:${port}${path}`;
    const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '--timeout', '10s'];
    const text = await output(core, ['wrk', ...flags, '-s', script, url]);
    const requests = Number(/(\d+) requests in/.exec(text)?.[1] ?? 0);
    const failed = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
      text,
    );
    const broken = (failed ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0);
    return {
      requests,
      perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
      p50: milliseconds(/\n\s+50%\s+(\S+)/.exec(text)?.[1]),
      p99: milliseconds(/\n\s+99%\s+(\S+)/.exec(text)?.[1]),
      bad: Number(/Non-2xx.*: (\d+)/.exec(text)?.[1] ?? 0) + broken,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function milliseconds(text = '') {
  const [, figure, unit] = /^([\d.]+)(us|ms|s|m)$/.exec(text) ?? [];
  return Number(figure) * (UNITS[unit] ?? Number.NaN);
}

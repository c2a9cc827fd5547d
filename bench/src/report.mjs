import { cpus, totalmem } from 'node:os';

/** The middle value; of an even number, the lower of the two. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1];
}

/** Machine and versions, for the head of a report. */
export function environment() {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const { node, openssl } = process.versions;
  return `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} threads, ${memory} GiB; Node ${node}, OpenSSL ${openssl}`;
}

/**
 * Markdown for contenders measured in turn: microseconds of CPU an operation, and how many times faster `ours` was, taken round by
 * round.
 *
 * @param {string} title
 * @param {string} ours name of the contender the others are compared with
 * @param {ReadonlyArray<{ task: string, caseName: string, micros: Record<string, number[]>, gates?: Record<string, number> }>} rows
 * @param {{ rounds: number, ms: number }} how
 * @returns {{ text: string, failures: string[] }} failures: medians below their gate
 */
export function format(title, ours, rows, { rounds, ms }) {
  const failures = [];
  const lines = [
    `## ${title}`,
    '',
    `${rounds} rounds of ${ms} ms of CPU each; ${environment()}`,
    '',
    `| task | case | contender | µs CPU (median) | ${ours} is faster by (median, range) | gate |`,
    '| --- | --- | --- | ---: | ---: | ---: |',
  ];
  for (const { task, caseName, micros, gates = {} } of rows) {
    for (const [name, values] of Object.entries(micros)) {
      const cells = [task, caseName, name, median(values).toFixed(2), '', ''];
      if (name !== ours) {
        const ratios = values.map((value, round) => value / micros[ours][round]);
        const middle = median(ratios);
        const low = Math.min(...ratios).toFixed(2);
        cells[4] = `${middle.toFixed(2)}x (${low}–${Math.max(...ratios).toFixed(2)})`;
        const gate = gates[name];
        if (gate !== undefined) {
          cells[5] = `≥ ${gate}x ${middle >= gate ? 'met' : 'MISSED'}`;
          if (middle < gate) failures.push(`${task}, ${caseName}: ${middle.toFixed(2)}x ${name}`);
        }
      }
      lines.push(`| ${cells.join(' | ')} |`);
    }
  }
  return { text: lines.join('\n'), failures };
}

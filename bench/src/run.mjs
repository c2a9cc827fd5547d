// node src/run.mjs [--only <name>]... [--quick]: runs every file of this folder that exports `run`.
// `run({ quick })` gives { text, failures? }, or text, or prints by itself and gives nothing.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg, index) => !(index === 0 && arg === '--')),
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
  },
});

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const unknown = values.only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`bench: no bench is called ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  process.exit(2);
}

let failed = false;
for (const name of values.only.length > 0 ? values.only : names) {
  const bench = await import(new URL(`./${name}.mjs`, import.meta.url));
  if (typeof bench.run !== 'function') continue;
  const result = await bench.run({ quick: values.quick });
  const { text, failures = [] } = typeof result === 'string' ? { text: result } : (result ?? {});
  if (text !== undefined) console.log(`${text}\n`);
  for (const failure of failures) {
    failed = true;
    console.error(`bench: below its gate: ${failure}`);
  }
}
// A quick run is too short to judge by.
if (failed && !values.quick) process.exitCode = 1;

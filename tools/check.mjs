// pnpm check [step …]: everything that must hold before a package may be published, in one command.
import { packages, pnpm, root, run } from './lib.mjs';

const node = (...args) => run(process.execPath, args);
const bin = (name) => `${root}node_modules/.bin/${name}`;

/** Steps in order: what a reader looks at, and the command that decides. */
const steps = {
  build: () => pnpm(['--silent', 'build']),
  lint: () => run(bin('biome'), ['check', '--error-on-warnings', '.']),
  types: () => run(bin('tsc'), ['-p', 'tsconfig.json']),
  pack: () => node('tools/pack-check.mjs'),
  unused: () => run(bin('knip'), ['--no-progress']),
  boundaries: () => node('tools/boundaries.mjs'),
  api: () => node('tools/api-snapshot.mjs'),
  readme: () => node('tools/readme-check.mjs'),
  examples: () => node('tools/docs-examples.mjs'),
  docs: () => run(bin('typedoc'), ['--options', 'tools/typedoc.json']),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(`check: no step "${unknown[0]}"; there are: ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}

const failed = [];
let passed = 0;
for (const [name, step] of Object.entries(steps)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const before = performance.now();
  const status = step();
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status === 0) passed += 1;
  else failed.push(name);
}
if (failed.length > 0) console.error(`check: failed: ${failed.join(', ')}`);
console.log(`check of ${packages().length} packages: ${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

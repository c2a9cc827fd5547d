// pnpm check [step …]: everything that must hold before a package may be published, in one command.
import { packages, pnpm, root, run } from './lib.mjs';
import { staleFolders } from './stale.mjs';

const node = (...args) => run(process.execPath, args);
const bin = (name, args) => run(`${root}node_modules/.bin/${name}`, args);

/** Steps in order: what a reader looks at, and the command that decides. */
const steps = {
  build: () => pnpm(['--silent', 'build']),
  lint: () => bin('biome', ['check', '--error-on-warnings', '.']),
  types: () => bin('tsc', ['-p', 'tsconfig.json']),
  pack: () => node('tools/pack-check.mjs'),
  unused: () => bin('knip', ['--no-progress', '--treat-config-hints-as-errors']),
  boundaries: () => node('tools/boundaries.mjs'),
  api: () => node('tools/api-snapshot.mjs'),
  readme: () => node('tools/readme-check.mjs'),
  examples: () => node('tools/docs-examples.mjs'),
  docs: () => bin('typedoc', ['--options', 'tools/typedoc.json']),
};
const onBuilds = ['pack', 'boundaries', 'api', 'examples'];

const asked = process.argv.slice(2).filter((name) => name !== '--');
const unknown = asked.filter((name) => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(`check: no step "${unknown[0]}"; there are: ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
const chosen = Object.keys(steps).filter((name) => asked.length === 0 || asked.includes(name));
// A verdict on yesterday's build would be worth nothing.
if (
  !chosen.includes('build') &&
  chosen.some((name) => onBuilds.includes(name)) &&
  staleFolders(root, { declarations: true }).length > 0
) {
  chosen.unshift('build');
}

const failed = [];
for (const name of chosen) {
  const before = performance.now();
  const status = steps[name]();
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`check: failed: ${failed.join(', ')}`);
console.log(
  `check of ${packages().length} packages: ${chosen.length - failed.length} passed, ${failed.length} failed`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

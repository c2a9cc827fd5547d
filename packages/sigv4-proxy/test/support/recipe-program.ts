import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleProgram } from './bundle-program.js';

const readme = new URL('../../README.md', import.meta.url);
const programs = fileURLToPath(new URL('../cluster/programs/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/test-programs/', import.meta.url));

/** What a test cannot take as it stands: what is the reader's own, a fixed port and a long time. All the rest is run as it is. */
const CHANGES: readonly (readonly [from: string, to: string])[] = [
  [
    "declare const yours: Pick<SigV4ProxyOptions, 'authorize' | 'credentials'>;",
    `import { yours } from '${programs}yours.js';\nimport { control } from '${programs}control.js';`,
  ],
  ["names: ['aws.internal.example']", "names: ['localhost']"],
  ['server.listen(8443)', "server.listen(Number(process.env['PROXY_PORT']), '127.0.0.1')"],
  ['lingerMs: 5_000', 'lingerMs: 500'],
];

/**
 * Makes a program of the recipe for several processes, word for word as the README has it.
 *
 * @returns the file to fork, in a directory with `cert.pem` and `key.pem`
 */
export async function bundleRecipe(): Promise<string> {
  const fences = readFileSync(readme, 'utf8').split('```ts\n').slice(1);
  const [recipe, ...more] = fences.filter((text) => text.includes('cluster.fork()'));
  if (recipe === undefined || more.length > 0) throw new Error('There is one recipe.');
  let text = recipe.slice(0, recipe.indexOf('\n```'));
  for (const [from, to] of CHANGES) {
    if (text.split(from).length !== 2) throw new Error(`The recipe says this once: ${from}`);
    text = text.replace(from, to);
  }
  mkdirSync(cache, { recursive: true });
  const entry = join(cache, `recipe-${process.pid}.ts`);
  writeFileSync(entry, `${text}\ncontrol({ store, workers, restart, revoke });\n`);
  return bundleProgram(pathToFileURL(entry), 'cluster-recipe');
}

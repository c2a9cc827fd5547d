// What the tools share: where things are, and how a check reports.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The published packages, with their manifest and the source file behind each subpath. */
export function packages() {
  const { compilerOptions } = JSON.parse(readFileSync(`${root}tsconfig.base.json`, 'utf8'));
  return readdirSync(`${root}packages`).map((name) => {
    const folder = `${root}packages/${name}`;
    const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const subpaths = Object.entries(manifest.exports)
      .filter(([subpath]) => subpath !== './package.json')
      .map(([subpath, target]) => {
        const specifier = `${manifest.name}${subpath.slice(1)}`;
        const [source] = compilerOptions.paths[specifier] ?? [];
        if (!source) throw new Error(`tsconfig.base.json has no path for ${specifier}`);
        return {
          subpath,
          specifier,
          source: `${root}${source.slice(2)}`,
          target,
        };
      });
    return { name, folder, manifest, subpaths };
  });
}

/** Every file below a folder whose name ends as asked, sorted. */
export function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

/** Path as a reader of the repository knows it. */
export const short = (path) => path.replace(root, '');

/** Runs a command in the root and returns its exit code; its output goes where ours goes. */
export function run(command, args, options = {}) {
  return spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
  }).status;
}

/**
 * The command that is pnpm, however this process was started: pnpm tells its scripts where it lives; without it, npx fetches the
 * version that the repository names.
 */
export function pnpmCommand() {
  const own = process.env.npm_execpath;
  if (own && /pnpm\.c?js$/.test(own)) return [process.execPath, own];
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  return ['npx', '-y', packageManager];
}

/** Runs pnpm and returns its exit code. */
export function pnpm(args, options = {}) {
  const [command, ...first] = pnpmCommand();
  return run(command, [...first, ...args], options);
}

/** Ends a tool: prints the faults, a line each, and sets the exit code. */
export function report(what, faults, done) {
  for (const fault of faults) console.error(`${what}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  else console.log(`${what}: ${done}`);
}

// Makes a clone ready for its commands: dependencies installed, packages built, both only when needed.
// The commands of the README promise to work on a machine that has nothing but git and Node.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { pnpmCommand, root } from './lib.mjs';

/** Newest modification time below a folder, in milliseconds; 0 when there is none. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = 0;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(`${path}/${name}`));
  return latest;
}

function pnpm(...args) {
  const [command, ...first] = pnpmCommand();
  // Standard output belongs to the command that follows (its JSON must stay parseable), so what pnpm says is kept back and
  // shown only when it explains a failure.
  const run = spawnSync(command, [...first, '--reporter=append-only', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.status !== 0) {
    console.error(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`);
    console.error(`postern: "pnpm ${args.join(' ')}" failed; its output is above.`);
    process.exit(run.status ?? 1);
  }
}

const installed = newest(`${root}node_modules/.modules.yaml`);
if (installed < statSync(`${root}pnpm-lock.yaml`).mtimeMs) {
  console.error('postern: installing dependencies …');
  pnpm('install', '--frozen-lockfile');
}

/** Packages whose build is older than their sources. */
function staleFolders() {
  return ['packages', 'examples'].flatMap((group) =>
    readdirSync(`${root}${group}`)
      .map((name) => `${group}/${name}`)
      .filter((folder) => existsSync(`${root}${folder}/tsup.config.ts`))
      .filter((folder) => {
        const built = newest(`${root}${folder}/dist`);
        return ['src', 'package.json', 'tsup.config.ts'].some(
          (part) => newest(`${root}${folder}/${part}`) > built,
        );
      }),
  );
}

/** Two commands started at once must not build over each other; the second waits, then finds nothing stale. */
function takeLock(path) {
  mkdirSync(`${root}node_modules/.cache`, { recursive: true });
  for (let waited = 0; ; waited += 100) {
    try {
      return openSync(path, 'wx');
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // Whoever held it this long has died.
    if (waited > 300_000) rmSync(path, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

if (staleFolders().length > 0) {
  const path = `${root}node_modules/.cache/postern-build.lock`;
  const lock = takeLock(path);
  const unlock = () => rmSync(path, { force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', unlock);
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const stale = staleFolders();
  if (stale.length > 0) {
    console.error(`postern: building ${stale.join(', ')} …`);
    pnpm(
      '-r',
      '--workspace-concurrency=2',
      ...stale.map((folder) => `--filter=./${folder}`),
      'run',
      'build',
      '--no-dts',
    );
  }
  closeSync(lock);
  unlock();
  // What is imported next in this process has signals of its own to handle.
  process.off('exit', unlock);
  process.off('SIGINT', interrupted);
  process.off('SIGTERM', interrupted);
}

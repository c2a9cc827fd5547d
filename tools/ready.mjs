// Makes a clone ready for its commands: dependencies installed, packages built, both only when needed.
// The commands of the README promise to work on a machine that has nothing but git and Node.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { pnpmCommand, root } from './lib.mjs';
import { staleFolders } from './stale.mjs';

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

const installed = statSync(`${root}node_modules/.modules.yaml`, { throwIfNoEntry: false })?.mtimeMs;
if ((installed ?? 0) < statSync(`${root}pnpm-lock.yaml`).mtimeMs) {
  console.error('postern: installing dependencies …');
  pnpm('install', '--frozen-lockfile');
}

function holderIsGone(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // Not written yet: the holder has only just come.
    if (!pid) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Two commands started at once must not build over each other; the second waits, then finds nothing stale. */
function takeLock(path) {
  mkdirSync(`${root}node_modules/.cache`, { recursive: true });
  for (let waited = 0; ; waited += 100) {
    try {
      const lock = openSync(path, 'wx');
      writeSync(lock, String(process.pid));
      return lock;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    // Whoever is gone, or has held it this long, will not give it back.
    if (waited > 300_000 || holderIsGone(path)) rmSync(path, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

if (staleFolders(root).length > 0) {
  const path = `${root}node_modules/.cache/postern-build.lock`;
  const lock = takeLock(path);
  const unlock = () => rmSync(path, { force: true });
  const interrupted = () => process.exit(130);
  process.once('exit', unlock);
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  const stale = staleFolders(root);
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

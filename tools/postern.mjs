// `pnpm postern …`: the command line of the examples, built when it is not.
import './ready.mjs';
import { execFileSync } from 'node:child_process';

/** Parent and command line of a process, as `ps` tells them everywhere but on Windows. */
function look(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
    return { parent: Number(parent), command: command ?? '' };
  } catch {
    return undefined;
  }
}

/** The processes between the person's command and this one: shells of pnpm and npx, and these two themselves. */
function startersOf(pid) {
  const found = [];
  for (let next = pid; next > 1; ) {
    const process = look(next);
    if (!process || !/^\S*sh -c |pnpm|^npm exec|npx/.test(process.command)) break;
    found.push(next);
    next = process.parent;
  }
  return found;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// Neither pnpm nor npx nor their shells pass SIGTERM on. A proxy that outlived the command that started it would keep its port and
// its keys, so it ends when one of them does.
if (process.env.npm_lifecycle_event === 'postern' && process.platform !== 'win32') {
  const starters = startersOf(process.ppid);
  const watch = setInterval(() => {
    if (starters.every(isAlive)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

await import('../examples/cli/dist/main.js');

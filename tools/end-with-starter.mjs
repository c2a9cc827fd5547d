// Ends a long-running command with the pnpm or npx that started it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Parent and command line of a process; undefined where the system does not tell. */
function look(pid) {
  try {
    // pid (name) state ppid …; the name may hold anything but ends at the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    try {
      const args = ['-o', 'ppid=,args=', '-p', String(pid)];
      const line = execFileSync('ps', args, { encoding: 'utf8', stdio: 'pipe' });
      const [, parent, command] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
      return { parent: Number(parent), command: command ?? '' };
    } catch {
      return undefined;
    }
  }
}

/**
 * The processes from our parent up to the outermost pnpm or npx: these, and the shells that they start, live for this command
 * only. The shell above them is the person's own and may end while a proxy in the background goes on.
 */
function startersOf(pid) {
  const found = [];
  let wrappers = 0;
  for (let next = pid; next > 1; ) {
    const process = look(next);
    const isShell = /^\S*sh(\s|$)/.test(process?.command ?? '');
    const isStarter = !isShell && /pnpm|npm exec|npx/.test(process?.command ?? '');
    if (!process || !(isShell || isStarter)) break;
    found.push(next);
    if (isStarter) wrappers = found.length;
    next = process.parent;
  }
  return found.slice(0, wrappers);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Neither pnpm nor npx nor their shells pass SIGTERM on. A proxy that outlived the command that started it would keep its port and
 * its keys, so it ends when one of them does.
 *
 * @param {string} script name in package.json; started in any other way, a process is left alone
 */
export function endWithStarter(script) {
  if (process.env.npm_lifecycle_event !== script || process.platform === 'win32') return;
  const parent = process.ppid;
  const starters = startersOf(parent);
  const watch = setInterval(() => {
    if (process.ppid === parent && starters.every(isAlive)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

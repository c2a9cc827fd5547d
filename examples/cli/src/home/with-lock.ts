import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import type { CommandInput } from '../command.js';

const POLL_MS = 50;
const LONGEST_WAIT_MS = 20_000;

/**
 * Does something that changes several files while no other process does. A lock whose holder has died is taken over.
 *
 * @throws CliError when another process holds it too long
 */
export async function withLock<T>(
  path: string,
  { sleep, signal }: Pick<CommandInput, 'sleep' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let waited = 0; !take(path); waited += POLL_MS) {
    if (waited >= LONGEST_WAIT_MS) {
      throw new CliError(
        `another postern command has been changing your logins for long: wait for it, or remove ${path}`,
      );
    }
    await sleep(POLL_MS, signal);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (holderIsGone(path)) rmSync(path, { force: true });
  return false;
}

function holderIsGone(path: string): boolean {
  try {
    const before = statSync(path).ino;
    const pid = Number(readFileSync(path, 'utf8'));
    // Not written yet: the holder has only just come.
    if (!Number.isInteger(pid) || pid <= 0) return false;
    try {
      process.kill(pid, 0);
      return false;
    } catch (error) {
      const isDead = error instanceof Error && 'code' in error && error.code === 'ESRCH';
      // Somebody else may have taken it over since.
      return isDead && statSync(path).ino === before;
    }
  } catch {
    return false;
  }
}

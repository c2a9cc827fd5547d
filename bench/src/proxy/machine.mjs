// Processes of their own for the contenders: pinned to a core, measured from /proc, ended with the driver.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const found = (program) => spawnSync('which', [program]).status === 0;
const canPin = found('taskset');

/** Whether a program is on the PATH. */
export const has = found;

/** Whether /proc tells what processes use. */
export const hasProc = existsSync('/proc/self/status');

/** A command on one core. */
export function pinned(core, command) {
  return canPin && core !== undefined ? ['taskset', '-c', String(core), ...command] : command;
}

/**
 * Starts a program that prints `{"port":…}` when it listens, and ends when its standard input does.
 *
 * @returns {Promise<{ port: number, pid: number, stop(): Promise<void> }>}
 */
export async function start(file, { core, env = {}, node = process.execPath, flags = [] } = {}) {
  const [command, ...args] = pinned(core, [node, ...flags, file]);
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
    await closed;
    clearTimeout(timer);
  };
  const line = await Promise.race([
    new Promise((resolve) => createInterface(child.stdout).once('line', resolve)),
    closed,
  ]);
  if (typeof line !== 'string') throw new Error(`${file} has not started`);
  return { ...JSON.parse(line), pid: child.pid, stop };
}

/** CPU time of a process, user and system, in milliseconds. */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // The kernel counts in hundredths of a second for everybody.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const status = (pid, name) =>
  Number(
    new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1],
  ) / 1024;

/** Resident memory now, MiB. */
export const rssMiB = (pid) => status(pid, 'VmRSS');

/** The most resident memory since the start, MiB. */
export const peakMiB = (pid) => status(pid, 'VmHWM');

/** Runs a command to its end and gives what it wrote. */
export function output(core, command) {
  const [program, ...args] = pinned(core, command);
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

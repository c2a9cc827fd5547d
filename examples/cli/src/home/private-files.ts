import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.js';

/** Makes a folder that only its owner may enter. @throws CliError when another user could have put files into it */
export function ensurePrivateFolder(path: string, uid: number | undefined): void {
  try {
    mkdirSync(path, { mode: 0o700 });
    // The umask may have taken rights away, never added any; said again for those that have an odd one.
    chmodSync(path, 0o700);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw cannot('make the folder', path, error);
  }
  const stats = lstatSync(path);
  if (!stats.isDirectory()) throw new CliError(`${path} is no folder: move it away`);
  requirePrivate(path, stats, uid);
}

/** Replaces a file in one step, so that no reader ever sees half of it. Mode 0600. */
export function writePrivateFile(path: string, text: string, uid: number | undefined): void {
  ensurePrivateFolder(dirname(path), uid);
  const draft = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw cannot('write', path, error);
  }
}

/**
 * Reads a file of ours.
 *
 * @returns undefined when it is not there
 * @throws CliError when others own it or may read it: then it may be known to them, or be theirs
 */
export function readPrivateFile(path: string, uid: number | undefined): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw cannot('read', path, error);
  }
  try {
    // Of the opened file, so that it cannot be exchanged between the check and the reading.
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new CliError(`${path} is no file: move it away`);
    requirePrivate(path, stats, uid);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function requirePrivate(
  path: string,
  stats: { readonly uid: number; readonly mode: number; isDirectory(): boolean },
  uid: number | undefined,
): void {
  // Systems without user numbers have other guards than modes.
  if (uid === undefined) return;
  if (stats.uid !== uid) {
    throw new CliError(`${path} belongs to another user: move it away, or set POSTERN_HOME`);
  }
  if ((stats.mode & 0o077) === 0) return;
  const [wanted, shown] = [stats.isDirectory() ? '700' : '600', (stats.mode & 0o777).toString(8)];
  throw new CliError(
    `${path} is open to other users (mode ${shown}): run "chmod ${wanted} ${path}", and log in again if they may have read it`,
  );
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function cannot(what: string, path: string, cause: unknown): CliError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CliError(`cannot ${what} ${path} (${reason}): set POSTERN_HOME to a folder of yours`, {
    cause,
  });
}

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { minimatch } from 'minimatch';
import { ConfigError } from '../errors.js';
import type { SourceText } from '../load/source-text.js';

/** How {@link readFiles} looks for files. */
export interface ReadFilesOptions {
  /** The folder that relative paths and globs start from; also what file names are shown relative to. */
  readonly cwd: string;
  /** Which files of a folder are taken, as a glob of the name. Default `*.{yaml,yml,json}`. */
  readonly names?: string | undefined;
  /** Bytes of one file; the loaders' own limit is below. Default 8 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Files in all; more is an error. Default 10000. */
  readonly maxFiles?: number | undefined;
}

const DEFAULT_NAMES = '*.{yaml,yml,json}';
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_FILES = 10_000;
const GLOB = /[*?[{]/;

/**
 * Reads files into texts for the loaders: a path gives that file, a folder all its files with a fitting name, in all
 * depths, and a glob with stars (all YAML files below `roles`, say) all that match. Hidden files and folders are left out unless named.
 * Each file comes once, in the order of the patterns, sorted within each.
 *
 * @param patterns - paths, folders, globs
 * @throws {@link ConfigError} `invalid-argument` when the patterns are no texts; `unreadable-file` with the name and the reason, for a file that is missing, cannot be read, is
 *   too long or is not UTF-8, and for a glob or folder without any file
 */
export async function readFiles(
  patterns: readonly string[],
  options: ReadFilesOptions,
): Promise<readonly SourceText[]> {
  if (!Array.isArray(patterns) || !patterns.every((pattern) => typeof pattern === 'string')) {
    const message = 'The patterns must be a list of texts: paths, folders or globs.';
    throw new ConfigError({ code: 'invalid-argument', message });
  }
  const maxFiles = options.maxFiles ?? MAX_FILES;
  const paths = new Set<string>();
  for (const pattern of patterns) {
    for (const path of await findFiles(pattern, options)) {
      paths.add(path);
      if (paths.size > maxFiles) throw unreadable(pattern, `more than ${maxFiles} files`);
    }
  }
  const sources: SourceText[] = [];
  for (const path of paths) sources.push(await readOne(path, options));
  return sources;
}

async function findFiles(pattern: string, options: ReadFilesOptions): Promise<readonly string[]> {
  const path = resolve(options.cwd, pattern);
  const found = await stat(path).catch((error: unknown) => {
    if (GLOB.test(pattern) && reasonOf(error) === REASONS.ENOENT) return undefined;
    throw unreadable(pattern, reasonOf(error), error);
  });
  if (found?.isFile()) return [path];
  const names = options.names ?? DEFAULT_NAMES;
  const files = found
    ? (await list(path, options)).filter((file) =>
        minimatch(file.slice(path.length + 1), `**/${names}`),
      )
    : await matchGlob(pattern, options);
  if (files.length === 0) throw unreadable(pattern, 'no file matches');
  return [...files].sort();
}

async function matchGlob(pattern: string, options: ReadFilesOptions): Promise<readonly string[]> {
  const parts = pattern.split('/');
  const fixed = parts
    .slice(
      0,
      parts.findIndex((part) => GLOB.test(part)),
    )
    .join('/');
  const root = resolve(options.cwd, pattern.startsWith('/') && fixed === '' ? '/' : fixed);
  const rest = parts
    .slice(fixed === '' ? (pattern.startsWith('/') ? 1 : 0) : fixed.split('/').length)
    .join('/');
  const files = await list(root, options).catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw unreadable(pattern, reasonOf(error), error);
  });
  return files.filter((file) => minimatch(file.slice(root.length).replace(/^\//, ''), rest));
}

/** All files below a folder. Links to folders are not followed: they could lead round in a circle. */
async function list(folder: string, options: ReadFilesOptions): Promise<readonly string[]> {
  const maxFiles = options.maxFiles ?? MAX_FILES;
  const files: string[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const current = next;
    const entries = await readdir(current, { withFileTypes: true }).catch((error: unknown) => {
      throw unreadable(shownName(current, options), reasonOf(error), error);
    });
    for (const entry of entries) {
      const path = join(current, entry.name);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() || entry.isSymbolicLink()) files.push(path);
    }
    if (files.length > maxFiles * 10)
      throw unreadable(shownName(folder, options), 'too many files');
  }
  return files;
}

async function readOne(path: string, options: ReadFilesOptions): Promise<SourceText> {
  const filename = shownName(path, options);
  const maxBytes = options.maxFileBytes ?? MAX_FILE_BYTES;
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw unreadable(filename, `it is longer than ${maxBytes} bytes`);
    const bytes = await readFile(path);
    return {
      filename,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw unreadable(filename, reasonOf(error), error);
  }
}

function shownName(path: string, { cwd }: ReadFilesOptions): string {
  const name = relative(resolve(cwd), path);
  return name === '' || name.startsWith('..') ? path : name.split(sep).join('/');
}

const REASONS = {
  EACCES: 'permission denied: the file must be readable for the user of this process',
  EPERM: 'permission denied: the file must be readable for the user of this process',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead round in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file',
  ERR_INVALID_ARG_VALUE: 'the name holds a NUL, which no name of a file can',
  ENOTDIR: 'a part of the path is no folder',
} as const;

function reasonOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const { code } = error;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8';
    const known = Object.entries(REASONS).find(([name]) => name === code);
    return known?.[1] ?? String(code);
  }
  return 'it cannot be read';
}

function unreadable(name: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError({
    code: 'unreadable-file',
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
    message: `Cannot read ${name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')}: ${reason}.`,
    cause,
  });
}

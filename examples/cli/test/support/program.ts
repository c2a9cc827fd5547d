import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Printed } from './run.js';
import { root } from './world.js';

/** The command line as a process of its own, built from the sources as they are now. */
export interface Program {
  readonly file: string;
  remove(): void;
}

/** esbuild gives `import()` of CommonJS a default export only, where Node names the others too. */
const undiciAsItIs: Plugin = {
  name: 'undici-as-it-is',
  setup({ onResolve }) {
    onResolve({ filter: /^undici$/ }, ({ importer }) => ({
      path: createRequire(importer).resolve('undici'),
      external: true,
    }));
  },
};

export async function buildProgram(): Promise<Program> {
  const folder = join(root, 'examples/cli/node_modules/.e2e', String(process.pid));
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: { postern: join(root, 'examples/cli/src/main.ts') },
    tsconfig: join(root, 'tsconfig.base.json'),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
    plugins: [undiciAsItIs],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
  return {
    file: join(folder, 'postern.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type Environment = Readonly<Record<string, string>>;

/** A run that is still going on. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { out: string; err: string };
  /** Resolves when standard output or error holds the text. */
  shows(text: string | RegExp): Promise<void>;
  readonly ended: Promise<Printed>;
}

/**
 * Starts the program, as a shell would: no terminal, nothing in its environment but what is given.
 *
 * @param input standard input; null leaves it open
 */
export function start(
  file: string,
  args: readonly string[],
  env: Environment,
  input: string | null = '',
  command = process.execPath,
): Running {
  const child = spawn(command, [file, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: 'pipe',
  });
  if (input !== null) child.stdin.end(input);
  const printed = { out: '', err: '' };
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    printed.out += String(chunk);
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk) => {
    printed.err += String(chunk);
    for (const look of waiting) look();
  });
  const ended = new Promise<Printed>((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? -1, ...printed }));
  });
  return {
    child,
    printed,
    ended,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const whole = printed.out + printed.err;
          if (typeof text === 'string' ? !whole.includes(text) : !text.test(whole)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        ended.then(({ out, err }) => reject(new Error(`it ended first:\n${out}${err}`)));
        look();
      }),
  };
}

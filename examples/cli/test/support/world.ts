import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliWorld } from '../../src/run-cli.js';
import type { Terminal } from '../../src/terminal/terminal.js';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Nobody sits there; what is asked comes from `answers`, standard input from `input`. */
export function fakeTerminal(
  o: {
    readonly answers?: readonly string[];
    readonly input?: string;
    readonly isInteractive?: boolean;
    readonly showsProgress?: boolean;
  } = {},
): Terminal & { readonly asked: string[]; readonly opened: string[] } {
  const asked: string[] = [];
  const opened: string[] = [];
  const left = [...(o.answers ?? [])];
  const answer = async (question: string) => {
    asked.push(question);
    return left.shift() ?? '';
  };
  return {
    asked,
    opened,
    isInteractive: o.isInteractive ?? false,
    showsProgress: o.showsProgress ?? false,
    ask: answer,
    askSecret: (question) => answer(`${question}(hidden)`),
    readInput: async () => o.input ?? '',
    openBrowser: (url) => opened.push(url),
  };
}

/** A folder that is gone after the tests of a file, if `afterAll` removes it. */
export const newHome = (): string => mkdtempSync(join(tmpdir(), 'postern-home-'));

/** A world without a network, a home and anybody at the keyboard. */
export function fakeWorld(o: Partial<CliWorld> = {}): CliWorld {
  return {
    args: [],
    env: {},
    cwd: root,
    home: '/nonexistent',
    uid: process.getuid?.(),
    clock: () => new Date(),
    sleep: async (_ms, signal) => signal.throwIfAborted(),
    fetch: async () => {
      throw new Error('no network here');
    },
    signal: new AbortController().signal,
    out: () => {},
    err: () => {},
    terminal: fakeTerminal(),
    ...o,
  };
}

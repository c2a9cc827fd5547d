import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';

/** The person at the keyboard, if there is one. */
export interface Terminal {
  /** Whether somebody can be asked: standard input and standard error are a terminal. */
  readonly isInteractive: boolean;
  /** Whether standard error is a terminal, where progress is shown. */
  readonly showsProgress: boolean;
  /** Asks for a line. */
  ask(question: string): Promise<string>;
  /** Asks for a line that is not shown while it is typed. */
  askSecret(question: string): Promise<string>;
  /** Everything that standard input holds, up to 64 KiB. */
  readInput(): Promise<string>;
  /** Tries to show an address in a browser; nobody is told when there is none. */
  openBrowser(url: string): void;
}

const LONGEST_INPUT = 65_536;

/** The terminal of a process. */
export function createTerminal(o: {
  readonly stdin: ReadStream;
  readonly stderr: WriteStream;
  readonly platform: NodeJS.Platform;
  readonly signal: AbortSignal;
}): Terminal {
  const { stdin, stderr, platform, signal } = o;
  const ask = (question: string, echo: boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      // readline edits the line on this stream, which shows it or swallows it.
      const output = echo ? stderr : new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
      // Not before the terminal has stopped showing what is typed: somebody quick may be typing already.
      stderr.write(question);
      const stop = () => {
        reject(new Error('interrupted'));
        lines.close();
      };
      // In raw mode Ctrl-C is a key, not a signal.
      lines.once('SIGINT', () => {
        stderr.write('\n');
        process.kill(process.pid, 'SIGINT');
      });
      signal.addEventListener('abort', stop, { once: true });
      lines.once('line', (line) => {
        signal.removeEventListener('abort', stop);
        // Before closing, which counts as an empty answer.
        resolve(line);
        lines.close();
        if (!echo) stderr.write('\n');
      });
      lines.once('close', () => resolve(''));
    });
  return {
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    showsProgress: stderr.isTTY === true,
    ask: (question) => ask(question, true),
    askSecret: (question) => ask(question, false),
    async readInput() {
      let text = '';
      for await (const chunk of stdin) {
        text += String(chunk);
        if (text.length > LONGEST_INPUT) throw new Error('standard input is too long');
      }
      return text;
    },
    openBrowser(url) {
      const [command = '', ...args] = OPENERS[platform] ?? ['xdg-open'];
      const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
      child.once('error', () => {});
      child.unref();
    },
  };
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

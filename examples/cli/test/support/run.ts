import { fileURLToPath } from 'node:url';
import { runCli } from '../../src/run-cli.js';

export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The documents of the demo. */
export const resources = 'examples/gateway/resources';

/** Runs one command line in this process and keeps what it printed. */
export async function postern(
  args: readonly string[],
  more: { readonly env?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const code = await runCli({
    args,
    env: more.env ?? {},
    cwd: root,
    clock: () => new Date(),
    signal: more.signal ?? new AbortController().signal,
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { code, ...printed };
}

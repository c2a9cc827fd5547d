import { type CliWorld, runCli } from '../../src/run-cli.js';
import { fakeWorld } from './world.js';

/** The documents of the demo. */
export const resources = 'examples/gateway/resources';

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process and keeps what it printed. */
export async function postern(
  args: readonly string[],
  more: Partial<Omit<CliWorld, 'args' | 'out' | 'err'>> = {},
): Promise<Printed> {
  const printed = { out: '', err: '' };
  const code = await runCli(
    fakeWorld({
      ...more,
      args,
      out: (text) => {
        printed.out += text;
      },
      err: (text) => {
        printed.err += text;
      },
    }),
  );
  return { code, ...printed };
}

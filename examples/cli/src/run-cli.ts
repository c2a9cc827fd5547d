import { inspect } from 'node:util';
import type { CommandInput } from './command.js';
import { commands } from './commands/index.js';
import { formatHelp, formatOverview } from './help.js';
import { parseCommandLine } from './parse-command-line.js';

/** The world of the program, as arguments. */
export interface CliWorld extends Omit<CommandInput, 'options' | 'words'> {
  readonly args: readonly string[];
}

/**
 * Runs one command line. Whatever goes wrong ends in one sentence on standard error and exit code 1; the stack is shown with
 * `--debug` only.
 *
 * @returns the exit code
 */
export async function runCli(world: CliWorld): Promise<number> {
  const { args, ...rest } = world;
  const debug = args.includes('--debug') || rest.env.POSTERN_DEBUG === '1';
  try {
    const { command, options, words } = parseCommandLine(args, commands, rest.env);
    if (!command) {
      rest.out(formatOverview(commands));
      return args.length === 0 ? 1 : 0;
    }
    if (options.help) {
      rest.out(formatHelp(command));
      return 0;
    }
    return await command.run({ ...rest, options, words });
  } catch (error) {
    rest.err(`postern: ${messageOf(error)}\n`);
    if (debug) rest.err(`${inspect(error)}\n`);
    else if (!isOurs(error))
      rest.err('postern: run it again with --debug to see where this came from\n');
    return 1;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

/** Errors with a code or of the command line explain themselves; anything else is a surprise. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CliError' || 'code' in error);
}

import { inspect } from 'node:util';
import { CliError, exitCodes } from './cli-error.js';
import type { CliSurroundings } from './command.js';
import { commands } from './commands/index.js';
import { formatFamily, formatHelp, formatOverview } from './help.js';
import { parseCommandLine } from './parse-command-line.js';
import { version } from './version.js';

/** The world of the program and its command line. */
export interface CliWorld extends CliSurroundings {
  readonly args: readonly string[];
}

/**
 * Runs one command line. Whatever goes wrong ends in one sentence on standard error and an exit code that is not 0; the stack is
 * shown with `--debug` only.
 *
 * @returns the exit code: 0 done, 1 fault, 2 wrong command line, 3 denied, 130 interrupted
 */
export async function runCli(world: CliWorld): Promise<number> {
  const { args, ...rest } = world;
  const debug = args.includes('--debug') || rest.env.POSTERN_DEBUG === '1';
  try {
    if (args[0] === '--version' || args[0] === 'version') {
      rest.out(`postern ${version}\n`);
      return exitCodes.ok;
    }
    const { command, family, ...input } = parseCommandLine(args, commands, rest.env);
    if (!command) {
      rest.out(family === undefined ? formatOverview(commands) : formatFamily(family, commands));
      return args.length === 0 || family !== undefined ? exitCodes.usage : exitCodes.ok;
    }
    if (input.options.help) {
      rest.out(formatHelp(command));
      return exitCodes.ok;
    }
    return await command.run({ ...rest, ...input });
  } catch (error) {
    // Whoever pressed Ctrl-C knows why it ended.
    if (rest.signal.aborted && !(error instanceof CliError)) return exitCodes.interrupted;
    rest.err(`postern: ${messageOf(error)}\n`);
    if (debug) rest.err(`${inspect(error)}\n`);
    else if (!isOurs(error))
      rest.err('postern: run it again with --debug to see where this came from\n');
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  const denied = error instanceof Error && 'code' in error && error.code === 'denied';
  return denied ? exitCodes.denied : exitCodes.fault;
}

function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

/** Errors with a code or of the command line explain themselves; anything else is a surprise. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && (error.name === 'CliError' || 'code' in error);
}

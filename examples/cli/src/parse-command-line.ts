import { parseArgs } from 'node:util';
import { CliError } from './cli-error.js';
import type { Command, OptionTable } from './command.js';

/** Options that every command takes. */
export const commonOptions: OptionTable = {
  help: { type: 'boolean', short: 'h', summary: 'show this help' },
  debug: { type: 'boolean', summary: 'show the stack of an error' },
};

export interface CommandLine {
  readonly command: Command | undefined;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
}

/**
 * Finds the command and its options. An option left out is taken from its environment variable, when it has one.
 *
 * @throws CliError naming the word that is not understood and what would be right
 */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const command = findCommand(args, commands);
  if (!command) {
    const [first] = args.filter((arg) => !arg.startsWith('-'));
    if (first !== undefined && first !== 'help') {
      const names = commands.map(({ name }) => name).join(', ');
      throw new CliError(`there is no command "${first}"; there are: ${names}`);
    }
    return { command: undefined, options: {}, words: [] };
  }
  const table = { ...command.options, ...commonOptions };
  const rest = args.slice(command.name.split(' ').length);
  const [own, foreign] = command.passThrough ? splitAtFirstWord(rest, table) : [rest, []];
  const { values, positionals } = parse(own, table, command);
  const options: Record<string, string | boolean | undefined> = { ...values };
  for (const [name, option] of Object.entries(table)) {
    if (options[name] !== undefined || option.env === undefined) continue;
    const fallback = env[option.env];
    if (fallback) options[name] = option.type === 'boolean' ? fallback !== '0' : fallback;
  }
  if (!options.help) requireOptions(options, table, command);
  const [extra] = positionals;
  if (extra !== undefined && command.operands === undefined) {
    throw new CliError(`"postern ${command.name}" does not know what to do with "${extra}"`);
  }
  return { command, options, words: [...positionals, ...foreign] };
}

function findCommand(args: readonly string[], commands: readonly Command[]): Command | undefined {
  const byLength = [...commands].sort((a, b) => b.name.length - a.name.length);
  return byLength.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
}

function parse(args: readonly string[], table: OptionTable, command: Command) {
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(table).map(([name, { type, short }]) => [
          name,
          short === undefined ? { type } : { type, short },
        ]),
      ),
      allowPositionals: true,
    });
  } catch (error) {
    // parseArgs explains itself well, but adds advice about "--" that does not help here.
    const reason =
      error instanceof Error ? (error.message.split(/\.?\s*\n|\. /)[0] ?? '') : String(error);
    throw new CliError(`${reason}; see "postern ${command.name} --help"`);
  }
}

/** Our options, then the words of the other program, whose options must reach it untouched. */
function splitAtFirstWord(args: readonly string[], table: OptionTable): [string[], string[]] {
  let index = 0;
  while (index < args.length) {
    const arg = args[index] ?? '';
    if (arg === '--') return [args.slice(0, index), args.slice(index + 1)];
    const [name = '', value] = arg.startsWith('--') ? arg.slice(2).split('=', 2) : [];
    const option = arg === '-h' ? table.help : table[name];
    // Not a word of ours: the other program's own option, such as --region, comes first.
    if (!option) break;
    index += option.type === 'string' && value === undefined ? 2 : 1;
  }
  return [args.slice(0, index), args.slice(index)];
}

function requireOptions(
  options: Readonly<Record<string, unknown>>,
  table: OptionTable,
  command: Command,
): void {
  for (const [name, option] of Object.entries(table)) {
    if (!option.required || options[name] !== undefined) continue;
    const env = option.env === undefined ? '' : ` (or set ${option.env})`;
    throw new CliError(
      `"postern ${command.name}" needs --${name} ${option.value ?? ''}${env}: ${option.summary}`,
    );
  }
}

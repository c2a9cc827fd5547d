import { parseArgs } from 'node:util';
import { usageError } from './cli-error.js';
import type { Command, CommandOption, OptionTable } from './command.js';
import { hint } from './suggest.js';

/** Options that every command takes. */
export const commonOptions: OptionTable = {
  help: { type: 'boolean', short: 'h', summary: 'show this help' },
  debug: { type: 'boolean', summary: 'show the stack of an error' },
};

export interface CommandLine {
  readonly command: Command | undefined;
  /** A first word that several commands share, alone: `apps`. Its commands are to be shown. */
  readonly family?: string | undefined;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly given: ReadonlySet<string>;
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
  if (!command) return { ...NOTHING, family: familyOf(args, commands) };
  const table = { ...command.options, ...commonOptions };
  const rest = args.slice(command.name.split(' ').length);
  const [own, foreign] = command.passThrough ? splitAtFirstWord(rest, table) : [rest, []];
  const { options, words } = parse(own, table, command);
  const given = new Set(Object.keys(options));
  for (const [name, option] of Object.entries(table)) {
    if (options[name] !== undefined || option.env === undefined) continue;
    const fallback = env[option.env];
    if (fallback) options[name] = option.type === 'boolean' ? fallback !== '0' : fallback;
  }
  if (!options.help) requireOptions(options, table, command);
  const [extra] = words;
  if (extra !== undefined && command.operands === undefined) {
    throw usageError(`"postern ${command.name}" does not know what to do with "${extra}"`);
  }
  return { command, options, given, words: [...words, ...foreign] };
}

const NOTHING = { command: undefined, options: {}, given: new Set<string>(), words: [] };

function findCommand(args: readonly string[], commands: readonly Command[]): Command | undefined {
  const byLength = [...commands].sort((a, b) => b.name.length - a.name.length);
  return byLength.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
}

/** Undefined for the overview. @throws CliError for words that name nothing */
function familyOf(args: readonly string[], commands: readonly Command[]): string | undefined {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  const known = ['--version', ...Object.keys(commonOptions).map((name) => `--${name}`), '-h'];
  const wrong = args.find((arg) => arg.startsWith('-') && !known.includes(arg));
  if (first === undefined && wrong !== undefined) {
    throw usageError(
      `"postern" has no option ${wrong}${hint(wrong, known) || '; see "postern --help"'}`,
    );
  }
  if (first === undefined || first === 'help') return undefined;
  const names = commands.filter(({ hidden }) => !hidden).map(({ name }) => name);
  const members = names.filter((name) => name.startsWith(`${first} `));
  if (members.length > 0 && second === undefined) return first;
  const wanted = second === undefined ? first : `${first} ${second}`;
  const meant = hint(wanted, names) || hint(first, names);
  if (members.length > 0) {
    throw usageError(
      `there is no command "${wanted}"${meant || `; there are: ${members.join(', ')}`}`,
    );
  }
  throw usageError(`there is no command "${first}"${meant || `; there are: ${names.join(', ')}`}`);
}

function parse(args: readonly string[], table: OptionTable, command: Command) {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(table).map(([name, { type, short }]) => [
        name,
        short === undefined ? { type } : { type, short },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options: Record<string, string | boolean | undefined> = Object.create(null);
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (option === undefined) {
      const names = Object.keys(table).map((name) => `--${name}`);
      throw usageError(
        `"postern ${command.name}" has no option ${token.rawName}${hint(token.rawName, names) || `; see "postern ${command.name} --help"`}`,
      );
    }
    options[token.name] = readValue(token, option);
  }
  return { options, words };
}

function readValue(
  token: {
    readonly name: string;
    readonly value: string | undefined;
    readonly inlineValue?: boolean | undefined;
  },
  option: CommandOption,
): string | boolean {
  const { name, value, inlineValue } = token;
  if (option.type === 'boolean') {
    if (value === undefined) return true;
    throw usageError(`--${name} takes no value`);
  }
  const letter = option.short === undefined ? '' : `-${option.short}, `;
  if (value === undefined || value === '' || (!inlineValue && /^-./.test(value))) {
    throw usageError(`${letter}--${name} needs a value ${option.value ?? ''}: ${option.summary}`);
  }
  if (option.choices?.includes(value) === false) {
    throw usageError(
      `--${name} "${value}" is not known${hint(value, option.choices) || `; choose one of: ${option.choices.join(', ')}`}`,
    );
  }
  return value;
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
    throw usageError(
      `"postern ${command.name}" needs --${name} ${option.value ?? ''}${env}: ${option.summary}`,
    );
  }
}

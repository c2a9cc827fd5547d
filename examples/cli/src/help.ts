import { type Command, commandGroups, type OptionTable } from './command.js';
import { commonOptions } from './parse-command-line.js';

/** The page that `postern` alone shows: all commands, by what they are for. */
export function formatOverview(commands: readonly Command[]): string {
  const shown = commands.filter(({ hidden }) => !hidden);
  const width = Math.max(...shown.map(({ name }) => name.length));
  return [
    'postern: guarded access to AWS without long-lived keys',
    '',
    'Usage: postern COMMAND [OPTION…]',
    '',
    ...commandGroups.flatMap((heading) => [
      `${heading}:`,
      ...shown
        .filter(({ group }) => group === heading)
        .map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
      '',
    ]),
    'Begin with:  postern login --gateway https://postern.example.com',
    '"postern COMMAND --help" explains a command and shows examples; "postern --version" says which this is.',
    '',
    'Exit codes: 0 done, 1 fault, 2 wrong command line, 3 denied; "postern aws" gives the one of the AWS CLI.',
    '',
  ].join('\n');
}

/** The commands that begin with one word, such as `apps`. */
export function formatFamily(family: string, commands: readonly Command[]): string {
  const members = commands.filter(({ name, hidden }) => !hidden && name.startsWith(`${family} `));
  const width = Math.max(...members.map(({ name }) => name.length));
  return [
    `Usage: postern ${family} COMMAND [OPTION…]`,
    '',
    ...members.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    `"postern ${family} COMMAND --help" explains one of them.`,
    '',
  ].join('\n');
}

/** The page of one command, with examples to copy. */
export function formatHelp(command: Command): string {
  const operands = command.operands === undefined ? '' : ` ${command.operands}`;
  return [
    `postern ${command.name}: ${command.summary}`,
    '',
    `Usage: postern ${command.name} [OPTION…]${operands}`,
    '',
    'Options:',
    ...formatOptions({ ...command.options, ...commonOptions }),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

function formatOptions(table: OptionTable): string[] {
  const rows = Object.entries(table).map(([name, option]): [string, string] => {
    const letter = option.short === undefined ? '' : `-${option.short}, `;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    const env = option.env === undefined ? '' : ` [${option.env}]`;
    return [`${letter}--${name}${value}`, `${option.summary}${env}`];
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

import type { Command, OptionTable } from './command.js';
import { commonOptions } from './parse-command-line.js';

/** The page that `postern --help` shows. */
export function formatOverview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'postern: guarded access to AWS without long-lived keys',
    '',
    'Usage: postern COMMAND [OPTION…]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '"postern COMMAND --help" explains a command and shows examples.',
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

import { usageError } from './cli-error.js';
import type { Command, CommandInput } from './command.js';

/** Text of an option; the table of options says that it is one. */
export function textOption(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Text of an option without which the command cannot go on.
 *
 * @throws CliError naming the option and its environment variable
 */
export function requiredText(input: CommandInput, name: string, command: Command): string {
  const value = textOption(input, name);
  if (value !== undefined) return value;
  const option = command.options[name];
  const env = option?.env === undefined ? '' : ` (or set ${option.env})`;
  throw usageError(
    `"postern ${command.name}" needs --${name} ${option?.value ?? ''}${env}: ${option?.summary ?? ''}`,
  );
}

/** The one word that a command takes, if there is any. @throws CliError for more of them */
export function onlyWord(input: CommandInput, command: Command): string | undefined {
  const [word, extra] = input.words;
  if (extra !== undefined) {
    throw usageError(`"postern ${command.name}" does not know what to do with "${extra}"`);
  }
  return word;
}

/**
 * Whether a command decides from documents here (local mode) or asks a gateway. What stands on the command line wins over
 * what stands in the environment; of two variables, the documents win.
 */
export function isLocalMode({ options, given }: CommandInput): boolean {
  if (given.has('config') && given.has('gateway')) {
    throw usageError('--config (local mode) and --gateway exclude each other: give one of them');
  }
  if (given.has('gateway') || given.has('profile')) return given.has('config');
  return options.config !== undefined;
}

/** Whether a list is wanted as JSON. */
export const wantsJson = (input: CommandInput): boolean => input.options.format === 'json';

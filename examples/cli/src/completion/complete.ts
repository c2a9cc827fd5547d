import type { Command, CommandInput, CommandOption, OptionTable } from '../command.js';
import { commonOptions } from '../parse-command-line.js';
import { appNames, profileNames, requestableRoles, requestIds, roleNames } from './ask.js';

/** One thing that could stand next, with a few words about it. */
export type Candidate = readonly [value: string, text: string];

/**
 * What could stand at the end of a command line.
 *
 * @param words everything after `postern`, the one that is being typed last
 */
export async function complete(
  words: readonly string[],
  commands: readonly Command[],
  input: CommandInput,
): Promise<readonly Candidate[]> {
  // bash takes `--format=json` apart at the equals sign.
  const all = words.filter((word) => word !== '=');
  const current = all.at(-1) ?? '';
  const before = all.slice(0, -1);
  const shown = commands.filter(({ hidden }) => !hidden);
  const command = shown
    .filter(({ name }) => name.split(' ').every((word, index) => before[index] === word))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (!command) return nextWords(before, shown);
  const table = { ...command.options, ...commonOptions };
  const rest = before.slice(command.name.split(' ').length);
  if (command.passThrough && startsForeign(rest, table)) return [];
  const open = valueAwaited(rest, table);
  if (open) return valuesOf(open.name, open.option, rest, input);
  const [name = '', typed] = current.startsWith('--') ? current.slice(2).split('=', 2) : [];
  const option = Object.hasOwn(table, name) ? table[name] : undefined;
  if (typed !== undefined && option) {
    const values = await valuesOf(name, option, rest, input);
    return values.map(([value, text]) => [`--${name}=${value}`, text]);
  }
  if (current.startsWith('-')) {
    return Object.entries(table)
      .filter(([long]) => !rest.includes(`--${long}`))
      .map(([long, { summary }]) => [`--${long}`, summary]);
  }
  return operandsOf(command, input);
}

/** The commands themselves, a word at a time. */
function nextWords(before: readonly string[], commands: readonly Command[]): readonly Candidate[] {
  const found = new Map<string, string>();
  for (const { name, summary } of commands) {
    const words = name.split(' ');
    const next = words[before.length];
    if (next === undefined || !before.every((word, index) => words[index] === word)) continue;
    const isLast = words.length === before.length + 1;
    if (isLast || !found.has(next)) found.set(next, isLast ? summary : `${next} …`);
  }
  return [...found];
}

function valueAwaited(rest: readonly string[], table: OptionTable) {
  const last = rest.at(-1) ?? '';
  const found = Object.entries(table).find(
    ([name, { short }]) => last === `--${name}` || (short !== undefined && last === `-${short}`),
  );
  if (found?.[1].type !== 'string') return undefined;
  return { name: found[0], option: found[1] };
}

/** Whether the other program's words have begun. */
function startsForeign(rest: readonly string[], table: OptionTable): boolean {
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    const [name = '', value] = word.startsWith('--') ? word.slice(2).split('=', 2) : [];
    const option = table[name];
    if (!option) return true;
    if (option.type === 'string' && value === undefined) index += 1;
  }
  return false;
}

async function valuesOf(
  name: string,
  { choices }: CommandOption,
  rest: readonly string[],
  input: CommandInput,
): Promise<readonly Candidate[]> {
  if (choices) return choices.map((choice) => [choice, '']);
  if (name === 'app') return appNames(input);
  if (name === 'aws-role') return roleNames(input, rest[rest.indexOf('--app') + 1]);
  if (name === 'roles') return requestableRoles(input);
  if (name === 'profile') return profileNames(input);
  return [];
}

async function operandsOf(
  { completes }: Command,
  input: CommandInput,
): Promise<readonly Candidate[]> {
  if (completes === 'apps') return appNames(input);
  if (completes === 'requests') return requestIds(input);
  return completes?.map((word): Candidate => [word, '']) ?? [];
}

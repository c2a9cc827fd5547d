import { CliError } from '../cli-error.js';

/** A JSON object of the gateway's; nothing in it is believed before it is read. */
export type Answer = Readonly<Record<string, unknown>>;

/** @throws CliError when the answer is not one of a gateway */
export function readObject(value: unknown): Answer {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw unexpected('an object is expected');
}

/** The objects of a list. */
export function readObjects(answer: Answer, name: string): readonly Answer[] {
  const value = answer[name];
  if (Array.isArray(value)) return value.map(readObject);
  throw unexpected(`"${name}" must be a list`);
}

export function readText(answer: Answer, name: string): string {
  const value = answer[name];
  if (typeof value === 'string') return value;
  throw unexpected(`"${name}" must be a text`);
}

export function readOptionalText(answer: Answer, name: string): string | undefined {
  return answer[name] === undefined || answer[name] === null ? undefined : readText(answer, name);
}

export function readTexts(answer: Answer, name: string): readonly string[] {
  const value = answer[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw unexpected(`"${name}" must be a list of texts`);
}

export function readNumber(answer: Answer, name: string): number {
  const value = answer[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw unexpected(`"${name}" must be a number`);
}

/** A moment in ISO 8601, as a text that is known to be one. */
export function readMoment(answer: Answer, name: string): string {
  const text = readText(answer, name);
  if (!Number.isNaN(Date.parse(text))) return text;
  throw unexpected(`"${name}" must be a moment in time`);
}

function unexpected(what: string): CliError {
  return new CliError(
    `the gateway's answer is not understood (${what}): gateway and command line may be of different versions`,
  );
}

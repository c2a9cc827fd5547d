import { tryParseDuration } from '../duration/nanoseconds.js';
import type { Node } from '../load/node.js';
import { parseTime } from '../time/parse-time.js';
import type { Kept } from '../types/common.js';
import { mismatch, type Shape } from './shape.js';
import { readText, type TextFault } from './text.js';

const TRUE: ReadonlySet<string> = new Set(['yes', 'yeah', 'y', 'true', '1', 'on']);
const FALSE: ReadonlySet<string> = new Set(['no', 'nope', 'n', 'false', '0', 'off']);

/** A boolean in any of the usual words. Anything else is an error: to take it for false would turn things off in silence. */
export function bool(): Shape<boolean, boolean | undefined> {
  return {
    read(node, place, context) {
      const word = node.type === 'scalar' && !node.isNull ? node.text.toLowerCase() : '';
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      const message = 'A boolean is expected: yes or no, true or false, on or off.';
      context.report({ code: 'invalid-bool', message, at: node, place });
      return undefined;
    },
    view: (value) => value,
    schema: () => ({
      anyOf: [
        { type: 'boolean' },
        // No enum: editors would offer its numbers.
        { type: 'integer', minimum: 0, maximum: 1 },
        // JSON Schema has no flag for letter case.
        { type: 'string', pattern: anyCase([...TRUE, ...FALSE]) },
      ],
    }),
  };
}

/** A boolean, or a text that names a mode. */
export function boolOrText(): Shape<boolean | string, boolean | string | undefined> {
  return {
    read(node, place, context) {
      const found = readText(node, place, context, {});
      if (found === undefined) return undefined;
      if (TRUE.has(found.toLowerCase())) return true;
      return FALSE.has(found.toLowerCase()) ? false : found;
    },
    view: (value) => value,
    schema: () => ({ type: ['boolean', 'string', 'number'] }),
  };
}

/** A whole number within bounds, both included. */
export function integer(
  min: number,
  max: number,
  only?: readonly number[],
): Shape<number, number | undefined> {
  const expected = only ? `one of ${only.join(', ')}` : `a whole number from ${min} to ${max}`;
  return {
    read(node, place, context) {
      if (node.type !== 'scalar' || node.isNull) return mismatch(node, place, context, 'a number');
      const value = /^[-+]?\d{1,16}$/.test(node.text) ? Number(node.text) : Number.NaN;
      if (value >= min && value <= max && (only?.includes(value) ?? true)) return value;
      context.report({
        code: 'invalid-value',
        message: `The value must be ${expected}.`,
        at: node,
        place,
      });
      return undefined;
    },
    view: (value) => value,
    schema: () =>
      only
        ? { anyOf: [{ enum: only }, { enum: only.map(String) }] }
        : {
            anyOf: [
              { type: 'integer', minimum: min, maximum: max },
              { type: 'string', pattern: '^[-+]?[0-9]{1,16}$' },
            ],
          },
  };
}

/** Rules of a duration. */
export interface DurationOptions {
  /** What to say of a negative one. Default: it is an `invalid-value`. */
  readonly negative?: TextFault | undefined;
  /** Seconds in place of zero, `never` and negative. Default: they stay zero. */
  readonly insteadOfNone?: number | undefined;
}

/** A duration: text in the document, seconds in the view. */
export function duration(options: DurationOptions = {}): Shape<string, number | undefined> {
  const negative = options.negative ?? {
    code: 'invalid-value',
    message: 'The duration must not be negative.',
  };
  return {
    read: (node, place, context) =>
      readText(node, place, context, {
        check(text) {
          const seconds = tryParseDuration(text);
          if (seconds === undefined) {
            const message = 'A duration is expected: numbers with units, such as 8h30m or 15m.';
            return { code: 'invalid-duration', message };
          }
          return seconds < 0 ? negative : undefined;
        },
      }),
    view(value) {
      const seconds = value === undefined ? undefined : (tryParseDuration(value) ?? 0);
      if (seconds === undefined || seconds > 0) return seconds;
      return options.insteadOfNone ?? 0;
    },
    schema: () => ({
      type: ['string', 'integer'],
      description: 'Numbers with units, such as 8h30m.',
    }),
  };
}

/** An RFC 3339 time: as written in the document, UTC in the view. */
export function time(): Shape<string, string | undefined> {
  return {
    read: (node, place, context) =>
      readText(node, place, context, {
        check: (text) =>
          parseTime(text) === undefined
            ? {
                code: 'invalid-value',
                message: 'A time is expected as RFC 3339 writes it, such as 2030-01-31T00:00:00Z.',
              }
            : undefined,
      }),
    view: (value) => (value === undefined ? undefined : parseTime(value)),
    schema: () => ({ type: 'string', format: 'date-time' }),
  };
}

/** A value that is kept without a look at it. */
export function kept(): Shape<Kept, Kept | undefined> {
  return { read: (node) => keptValue(node), view: (value) => value, schema: () => ({}) };
}

/** A value as the core rules of YAML read it; maps have no prototype. */
export function keptValue(node: Node): Kept {
  if (node.type === 'list') return node.items.map(keptValue);
  if (node.type === 'scalar') return keptScalar(node.text, node.plain, node.isNull);
  if (node.template !== undefined) return node.template;
  const map: Record<string, Kept> = Object.create(null);
  for (const entry of node.entries) map[entry.key] = keptValue(entry.value);
  return map;
}

function keptScalar(text: string, plain: boolean, isNull: boolean): Kept {
  if (isNull) return null;
  if (!plain) return text;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  // Only numbers that are written back the same: 012, 1.10 and 1e3 stay what their author wrote.
  const number = Number(text);
  const isSame = text === '-0' || String(number) === text;
  return Number.isFinite(number) && isSame ? number : text;
}

/** A pattern for words in any case. */
export function anyCase(words: readonly string[]): string {
  const letter = (character: string) =>
    /[a-z]/i.test(character) ? `[${character.toLowerCase()}${character.toUpperCase()}]` : character;
  return `^(${words.map((word) => [...word].map(letter).join('')).join('|')})$`;
}

import {
  emailLocal,
  lazyPattern,
  lazyRegexp,
  regexpReplace,
} from '../expression/list-functions.js';
import { compileReplacement } from '../expression/replacement.js';
import { compileValuePattern, isRawPattern } from '../expression/value-pattern.js';
import { need, type Toolkit } from '../languages/toolkit.js';
import type { PatternUse, PredicateContext, Typed } from './typed-predicate.js';

type List = (context: PredicateContext) => readonly string[];
type Text = (context: PredicateContext) => string;

/** What a function may use while its call is typed. */
interface Surroundings {
  readonly kit: Toolkit;
  readonly note: (use: PatternUse) => void;
}

/** A function of the label expressions: how it is called, and its typed call, or undefined when an argument does not fit. */
interface PredicateFunction {
  readonly usage: string;
  readonly arity: number | 'any';
  build(args: readonly Typed[], surroundings: Surroundings): Typed | undefined;
}

/**
 * Types a call: number and types of the arguments are checked. A string is taken where a list is wanted, not the
 * other way round.
 *
 * @returns the call, or a text that says what does not fit
 */
export function predicateFunction(
  name: string,
  args: readonly Typed[],
  kit: Toolkit,
  note: (use: PatternUse) => void,
): Typed | string {
  const found = FUNCTIONS.get(name);
  if (found === undefined) return `There is no function ${JSON.stringify(name)}`;
  const fits = found.arity === 'any' || found.arity === args.length;
  return (fits ? found.build(args, { kit, note }) : undefined) ?? `Wanted: ${found.usage}`;
}

const FUNCTIONS: ReadonlyMap<string, PredicateFunction> = new Map<string, PredicateFunction>([
  [
    'contains',
    {
      usage: 'contains(list, string)',
      arity: 2,
      build: ([first, second]) => {
        const list = asList(first);
        const item = asText(second);
        if (list === undefined || item === undefined) return undefined;
        return { type: 'boolean', read: (context) => list(context).includes(item(context)) };
      },
    },
  ],
  [
    'contains_any',
    compareLists('contains_any', (list, items) => items.some((item) => list.includes(item))),
  ],
  [
    'contains_all',
    // False for no items, on purpose: a resource without such labels is not covered by everybody.
    compareLists('contains_all', (list, items) => {
      return items.length > 0 && items.every((item) => list.includes(item));
    }),
  ],
  [
    'labels_matching',
    {
      usage: 'labels_matching(pattern)',
      arity: 1,
      build: ([pattern], surroundings) => {
        const match = valuePattern(pattern, surroundings);
        if (match === undefined) return undefined;
        const read: List = (context) => {
          const test = match(context);
          return [...context.labels].filter(([key]) => test(key)).map(([, value]) => value);
        };
        return { type: 'list', read };
      },
    },
  ],
  [
    'regexp.match',
    {
      usage: 'regexp.match(list, pattern)',
      arity: 2,
      build: ([first, pattern], surroundings) => {
        const list = asList(first);
        const match = valuePattern(pattern, surroundings);
        if (list === undefined || match === undefined) return undefined;
        return { type: 'boolean', read: (context) => list(context).some(match(context)) };
      },
    },
  ],
  [
    'regexp.replace',
    {
      usage: 'regexp.replace(list, regex, replacement)',
      arity: 3,
      build: ([first, second, third], { kit, note }) => {
        const list = asList(first);
        const pattern = asText(second);
        const replacement = asText(third);
        if (list === undefined || pattern === undefined || replacement === undefined)
          return undefined;
        noteConstant(second, 'regexp', note);
        const regexp = lazyRegexp(kit);
        const read: List = (context) => {
          const parts = compileReplacement(replacement(context));
          return regexpReplace(list(context), regexp(pattern(context)), parts);
        };
        return { type: 'list', read };
      },
    },
  ],
  ['email.local', mapList('email.local', emailLocal)],
  ['strings.upper', mapList('strings.upper', () => (list) => list.map(mapRunes(toUpper)))],
  ['strings.lower', mapList('strings.lower', () => (list) => list.map(mapRunes(toLower)))],
  [
    'set',
    {
      usage: 'set(string, …)',
      arity: 'any',
      build: (args) => {
        const texts: Text[] = [];
        for (const arg of args) {
          if (arg.type !== 'string') return undefined;
          texts.push(arg.read);
        }
        return { type: 'list', read: (context) => texts.map((read) => read(context)) };
      },
    },
  ],
]);

function asList(typed: Typed | undefined): List | undefined {
  if (typed?.type === 'list') return typed.read;
  if (typed?.type !== 'string') return undefined;
  const { read } = typed;
  return (context) => [read(context)];
}

function asText(typed: Typed | undefined): Text | undefined {
  return typed?.type === 'string' ? typed.read : undefined;
}

function compareLists(
  name: string,
  compare: (list: readonly string[], items: readonly string[]) => boolean,
): PredicateFunction {
  return {
    usage: `${name}(list, list)`,
    arity: 2,
    build: ([first, second]) => {
      const list = asList(first);
      const items = asList(second);
      if (list === undefined || items === undefined) return undefined;
      return { type: 'boolean', read: (context) => compare(list(context), items(context)) };
    },
  };
}

function mapList(
  name: string,
  makeMap: (kit: Toolkit) => (list: readonly string[]) => readonly string[],
): PredicateFunction {
  return {
    usage: `${name}(list)`,
    arity: 1,
    build: ([first], { kit }) => {
      const list = asList(first);
      if (list === undefined) return undefined;
      const map = makeMap(kit);
      return { type: 'list', read: (context) => map(list(context)) };
    },
  };
}

/** A glob or `^…$` that may come from the context; the last one is kept compiled. */
function valuePattern(typed: Typed | undefined, { kit, note }: Surroundings) {
  const text = asText(typed);
  if (text === undefined) return undefined;
  noteConstant(typed, 'value', note);
  const constant = typed?.type === 'string' ? typed.constant : undefined;
  // A pattern that comes from labels or traits can be any.
  if (constant === undefined || isRawPattern(constant)) need(kit, 'regexp');
  const compile = lazyPattern((pattern) => compileValuePattern(pattern, kit));
  return (context: PredicateContext) => compile(text(context));
}

function noteConstant(
  typed: Typed | undefined,
  kind: PatternUse['kind'],
  note: (use: PatternUse) => void,
): void {
  if (typed?.type === 'string' && typed.constant !== undefined)
    note({ text: typed.constant, kind });
}

/** Maps character by character, as Go does: a letter whose other case has several letters stays. */
function mapRunes(map: (rune: string) => string): (text: string) => string {
  return (text) => {
    return Array.from(text, (rune) => {
      const mapped = map(rune);
      return [...mapped].length === 1 ? mapped : rune;
    }).join('');
  };
}

function toUpper(rune: string): string {
  return rune.toUpperCase();
}

function toLower(rune: string): string {
  // The one letter whose small form is several letters here and one in Go.
  return rune === '\u0130' ? 'i' : rune.toLowerCase();
}

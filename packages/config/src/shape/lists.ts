import type { Node } from '../load/node.js';
import { child, type Place } from '../load/place.js';
import type { StringList } from '../types/common.js';
import { type JsonSchema, mismatch, type ReadContext, type Shape } from './shape.js';
import { readText, type TextOptions } from './text.js';

/** Rules of a list of texts. */
export interface TextListOptions extends TextOptions {
  /** Whether one text may hold several, separated by commas. Default false. */
  readonly commas?: boolean | undefined;
  /** The view of one text. Default: the text. */
  readonly canonical?: ((text: string) => string) | undefined;
  /** Whether the view is sorted and without repetition. Default false. */
  readonly asSet?: boolean | undefined;
}

/** A list of texts, or one text for a list of one. */
export function textList(
  options: TextListOptions = {},
): Shape<StringList, readonly string[] | undefined> {
  const canonical = options.canonical ?? ((text: string) => text);
  return {
    read: (node, place, context) =>
      isNull(node) ? undefined : readTextList(node, place, context, options),
    view(value) {
      if (value === undefined) return undefined;
      const list = listOf(value, options.commas === true).map(canonical);
      return options.asSet ? [...new Set(list)].sort() : list;
    },
    schema: () => textListSchema(options.schema),
    nullable: true,
  };
}

/** The schema of a text or a list of texts. */
export function textListSchema(item: JsonSchema = {}): JsonSchema {
  const one = { type: ['string', 'number', 'boolean'], ...item };
  return { anyOf: [one, { type: 'array', items: one }] };
}

/** Reads a text or a list of texts; items with faults are left out. */
export function readTextList(
  node: Node,
  place: Place | undefined,
  context: ReadContext,
  options: TextOptions & { readonly commas?: boolean | undefined },
): StringList | undefined {
  if (node.type === 'map' && node.template === undefined)
    return mismatch(node, place, context, 'a list of texts');
  if (node.type !== 'list') {
    const check = options.check;
    if (!options.commas || !check) return readText(node, place, context, options);
    const each = (text: string) => listOf(text, true).map(check).find(Boolean);
    return readText(node, place, context, { ...options, check: each });
  }
  const list: string[] = [];
  for (const [index, item] of node.items.entries()) {
    const value = readText(item, child(place, index), context, options);
    if (value !== undefined) list.push(value);
  }
  return list;
}

/** A text or list as a list. */
export function listOf(value: StringList, commas = false): readonly string[] {
  if (typeof value !== 'string') return value;
  if (!commas) return [value];
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** A list of one shape. */
export function list<T, V>(item: Shape<T, V>): Shape<readonly T[], readonly V[] | undefined> {
  return {
    read(node, place, context) {
      if (isNull(node)) return undefined;
      if (node.type !== 'list') return mismatch(node, place, context, 'a list');
      const values: T[] = [];
      for (const [index, entry] of node.items.entries()) {
        const at = child(place, index);
        const value = isNull(entry)
          ? mismatch(entry, at, context, 'a value')
          : item.read(entry, at, context);
        if (value !== undefined) values.push(value);
      }
      return values;
    },
    view: (values) => values?.map((value) => item.view(value)),
    schema: () => ({ type: 'array', items: item.schema() }),
    nullable: true,
    items: item as Shape<unknown, unknown>, // Only its fields are looked at, for hints.
  };
}

/** Nothing where a list or map is optional: all its lines may be commented out. */
export function isNull(node: Node): boolean {
  return node.type === 'scalar' && node.isNull;
}

import type { DiagnosticCode } from '../load/diagnostic.js';
import { entryOf, type MapEntry, type MapNode, type Node, type Span } from '../load/node.js';
import { child, type Place } from '../load/place.js';
import { isNull } from './lists.js';
import { mapSchema } from './map-schema.js';
import { type JsonSchema, mismatch, type ReadContext, type Shape } from './shape.js';
import { reportUnknown } from './unknown-field.js';

/** One shape for each field of a type: a field too many or too few does not compile. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>, unknown> };

/** The view of a map: the views of its fields. */
export type ViewOfFields<F> = {
  readonly [K in keyof F]: F[K] extends { view(value: never): infer V } ? V : never;
};

/** A map that has been read, for rules that look at several fields. */
export interface MapCheck<T> {
  readonly value: Partial<T>;
  readonly node: MapNode;
  readonly place: Place | undefined;
  readonly context: ReadContext;
  /** Whether the document has the field at all. */
  has(name: string): boolean;
  /** Reports at the key of a field. */
  atKey(name: string, code: DiagnosticCode, message: string, hint?: string): void;
  /** Reports at the value of a field, or at the map when there is none. */
  atValue(name: string, code: DiagnosticCode, message: string, hint?: string): void;
  /** Reports a field that is needed here. An empty value is blamed itself, else the first key of the map. */
  missing(name: string, message?: string): void;
}

/** Rules of a map. */
export interface MapOptions<T, V> {
  /** Rules over several fields. */
  readonly check?: ((check: MapCheck<T>) => void) | undefined;
  /** Other names of fields, with the code and the sentence that the use of one is worth. */
  readonly aliases?: Readonly<Record<string, FieldAlias>> | undefined;
  /** A shape for fields that are not listed, by their name. Default: there are none. */
  readonly others?: ((name: string) => Shape<unknown, unknown> | undefined) | undefined;
  /** Patterns of such names for the JSON Schema. `true`: any name. */
  readonly otherNames?: string | true | undefined;
  /** In strict mode report fields that only `others` knows. Default false. */
  readonly othersStrict?: boolean | undefined;
  /** Completes the view with what several fields decide. */
  readonly finish?: ((view: V, value: T) => V) | undefined;
  /** Keywords for the JSON Schema. Default: none. */
  readonly schema?: JsonSchema | undefined;
}

/** An older or mistaken name of a field. */
export interface FieldAlias {
  readonly field: string;
  readonly code: DiagnosticCode;
  readonly message: string;
}

/** A map with known fields. Call it with the type first, so that its fields are checked against it: `map<Lock>()({…})`. */
export function map<T extends object>() {
  return <F extends FieldsOf<T>>(fields: F, options: MapOptions<T, ViewOfFields<F>> = {}) =>
    mapShape<T, F>(fields, options);
}

function mapShape<T extends object, F extends FieldsOf<T>>(
  fields: F,
  options: MapOptions<T, ViewOfFields<F>>,
): Shape<T, ViewOfFields<F> | undefined> {
  const known = new Map<string, Shape<unknown, unknown>>(Object.entries(fields));

  function read(node: Node, place: Place | undefined, context: ReadContext): T | undefined {
    if (isNull(node)) return undefined;
    if (node.type !== 'map' || node.template !== undefined)
      return mismatch(node, place, context, 'a map');
    // Names from the document become keys only where they are not limited to the known ones.
    const value: Record<string, unknown> = options.others ? Object.create(null) : {};
    for (const entry of node.entries) {
      const [name, shape] = shapeFor(entry, node, place, context);
      if (!shape || (shape.required && isEmpty(entry.value))) continue;
      const found = shape.read(entry.value, child(place, name), context);
      if (found !== undefined) value[name] = found;
    }
    const result = value as T & Partial<T>; // Every field has been read by the shape of its type; a missing one is reported.
    const check = createCheck<T>(result, node, place, context);
    for (const [name, shape] of known)
      if (shape.required && !hasValue(node, name, options)) check.missing(name);
    options.check?.(check);
    return result;
  }

  function shapeFor(
    entry: MapEntry,
    node: MapNode,
    place: Place | undefined,
    context: ReadContext,
  ) {
    const alias = options.aliases?.[entry.key];
    if (alias && Object.hasOwn(options.aliases ?? {}, entry.key)) {
      const twice = entryOf(node, alias.field) !== undefined;
      const code = twice ? 'field-not-allowed' : alias.code;
      const message = twice
        ? `The field is another name of ${alias.field}, which is there, too.`
        : alias.message;
      context.report({
        code,
        message,
        hint: alias.field,
        at: entry,
        place: child(place, entry.key),
      });
      return [alias.field, twice ? undefined : known.get(alias.field)] as const;
    }
    const shape = known.get(entry.key);
    if (shape) return [entry.key, shape] as const;
    const other = options.others?.(entry.key);
    if (!other || (options.othersStrict && context.strict)) {
      reportUnknown(entry, place, context, [...known.keys()]);
    }
    return [entry.key, other] as const;
  }

  function view(value: T | undefined): ViewOfFields<F> | undefined {
    if (value === undefined) return undefined;
    const raw = new Map<string, unknown>(Object.entries(value));
    const result: Record<string, unknown> = options.others ? Object.create(null) : {};
    for (const [name, shape] of known) {
      const field = shape.view(raw.get(name));
      if (field !== undefined) result[name] = field;
      raw.delete(name);
    }
    for (const [name, rest] of raw) {
      const field = options.others?.(name)?.view(rest);
      if (field !== undefined) result[name] = field;
    }
    const done = result as ViewOfFields<F>; // Built from the views of the very fields.
    return options.finish ? options.finish(done, value) : done;
  }

  return {
    read,
    view,
    schema: () => mapSchema(known, options),
    nullable: true,
    fields: Object.fromEntries(known),
  };
}

function createCheck<T>(
  value: Partial<T>,
  node: MapNode,
  place: Place | undefined,
  context: ReadContext,
): MapCheck<T> {
  const report = (name: string, at: Span, code: DiagnosticCode, message: string, hint?: string) =>
    context.report({ code, message, hint, at, place: child(place, name) });
  return {
    value,
    node,
    place,
    context,
    has: (name) => entryOf(node, name) !== undefined,
    atKey: (name, code, message, hint) =>
      report(name, entryOf(node, name) ?? node, code, message, hint),
    atValue: (name, code, message, hint) =>
      report(name, entryOf(node, name)?.value ?? node, code, message, hint),
    missing(name, message = 'The field is needed and must not be empty.') {
      const empty = entryOf(node, name);
      report(name, empty?.value ?? node.entries[0] ?? node, 'missing-field', message);
    },
  };
}

/** Absent and empty are the same for a field that is needed. */
export function isEmpty(node: Node): boolean {
  if (node.type === 'scalar') return node.isNull || node.text === '';
  return node.type === 'list' && node.items.length === 0;
}

function hasValue<T, V>(node: MapNode, name: string, options: MapOptions<T, V>): boolean {
  const names = Object.entries(options.aliases ?? {}).filter(([, alias]) => alias.field === name);
  return [name, ...names.map(([alias]) => alias)].some((key) => {
    const entry = entryOf(node, key);
    return entry !== undefined && !isEmpty(entry.value);
  });
}

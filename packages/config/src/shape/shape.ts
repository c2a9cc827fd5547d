import type { Node } from '../load/node.js';
import type { Place } from '../load/place.js';
import type { Reporter } from '../load/reporter.js';

/** A JSON Schema (draft 2020-12), ready for an editor. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** What reading a value needs beside the value. */
export interface ReadContext extends Reporter {
  /** The shape of the whole document, for hints where a misplaced field belongs. */
  readonly root: Shape<unknown, unknown>;
}

/**
 * The one description of a value of our documents: how it is read (with faults reported at their place), what
 * its normalised view is, and what an editor may know of it. Reading, view and JSON Schema come from the same
 * object, so they cannot drift.
 *
 * @typeParam T - the raw value
 * @typeParam V - its normalised view
 */
export interface Shape<T, V> {
  /** The raw value. Undefined when the value is absent, or faulty and reported. */
  read(node: Node, place: Place | undefined, context: ReadContext): T | undefined;
  /** The view of a raw value; of `undefined`, the default. */
  view(value: T | undefined): V;
  /** The schema of what `read` accepts without an error. */
  schema(): JsonSchema;
  /** Fields, for maps; for maps with free names those everybody knows. */
  readonly fields?: Readonly<Record<string, Shape<unknown, unknown>>> | undefined;
  /** Shape of the items, for lists. */
  readonly items?: Shape<unknown, unknown> | undefined;
  /** Whether nothing in place of the value is as good as no field, as for maps and lists. Default false. */
  readonly nullable?: boolean | undefined;
  /** Whether a map must have the field. Default false. */
  readonly required?: boolean | undefined;
}

/** A field that must be there and not be empty. */
export function required<T, V>(shape: Shape<T, V>): Shape<T, Exclude<V, undefined>> {
  // A document without the field does not load, so the view of a loaded one always has it.
  const view = (value: T | undefined) => shape.view(value) as Exclude<V, undefined>;
  return { ...shape, view, required: true };
}

/** The view with a default: only a default of another type shows in it. */
export type ViewWithDefault<V, D> =
  D extends Exclude<V, undefined> ? Exclude<V, undefined> : Exclude<V, undefined> | D;

/** A field whose view is never undefined. */
export function withDefault<T, V, const D>(
  shape: Shape<T, V>,
  value: D,
): Shape<T, ViewWithDefault<V, D>> {
  // Undefined, the one view that is not in the type, gives way to the default.
  const view = (raw: T | undefined) => (shape.view(raw) ?? value) as ViewWithDefault<V, D>;
  return { ...shape, view };
}

/** A field with names from documents as keys, whose view is an empty map when it is absent. */
export function orEmpty<T, V extends object>(shape: Shape<T, V | undefined>): Shape<T, V> {
  // Without prototype, so that no name is taken for a label that every object has.
  return { ...shape, view: (raw) => shape.view(raw) ?? (Object.create(null) as V) };
}

/** A map field whose own defaults show in the view even when it is absent. */
export function filled<T extends object, V>(shape: Shape<T, V>): Shape<T, Exclude<V, undefined>> {
  return {
    ...shape,
    // An absent map is one without any of its fields, all of which are optional where this is used.
    view: (raw) => shape.view(raw ?? ({} as T)) as Exclude<V, undefined>,
  };
}

/** Where a field of that name is known: its places, outermost first, lists as `[]`. */
export function placesOf(root: Shape<unknown, unknown>, name: string): readonly string[] {
  const found: string[] = [];
  const visit = (shape: Shape<unknown, unknown>, path: string) => {
    for (const [key, field] of Object.entries(shape.fields ?? {})) {
      const here = path === '' ? key : `${path}.${key}`;
      if (key === name) found.push(here);
      visit(field, here);
    }
    if (shape.items) visit(shape.items, `${path}[]`);
  };
  visit(root, '');
  return found;
}

/** Reports a value of the wrong type. */
export function mismatch(
  node: Node,
  place: Place | undefined,
  context: ReadContext,
  expected: string,
): undefined {
  const isTemplate = node.type === 'map' && node.template !== undefined;
  const found = isTemplate ? 'a template' : foundType(node);
  context.report({
    code: 'type-mismatch',
    message: `There is ${found} where ${expected} is expected.`,
    at: node,
    place,
  });
  return undefined;
}

function foundType(node: Node): string {
  if (node.type !== 'scalar') return `a ${node.type}`;
  return node.isNull ? 'nothing' : 'a text';
}

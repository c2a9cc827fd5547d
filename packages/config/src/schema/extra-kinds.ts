import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { ConfigError } from '../errors.js';
import type { Node } from '../load/node.js';
import { entryOf } from '../load/node.js';
import { child, type Place } from '../load/place.js';
import type { Reporter } from '../load/reporter.js';
import { keptValue } from '../shape/scalars.js';
import type { JsonSchema } from '../shape/shape.js';
import { unknownField } from '../shape/unknown-field.js';
import { nearestName } from '../text/nearest-name.js';
import type { Kept } from '../types/common.js';

/** A kind of document this package does not know. */
export interface ExtraSchema {
  /** The kind, exactly. Kinds of this package cannot be replaced. */
  readonly kind: string;
  /** JSON Schema (draft 2020-12) of the whole document. */
  readonly schema: JsonSchema;
}

/** A document of an extra kind: scalars by the core rules of YAML, maps without prototype. */
export interface ExtraResource {
  readonly kind: string;
  readonly [field: string]: Kept;
}

/** Checks documents of extra kinds. */
export type ExtraKinds = ReadonlyMap<string, (root: Node, reporter: Reporter) => ExtraResource>;

/**
 * Compiles the schemas of extra kinds.
 *
 * @throws ConfigError `invalid-argument` when one is no JSON Schema, or names a kind of this package
 */
export function compileExtraKinds(
  schemas: readonly ExtraSchema[],
  isOwnKind: (kind: string) => boolean,
): ExtraKinds {
  const kinds = new Map<string, (root: Node, reporter: Reporter) => ExtraResource>();
  for (const { kind, schema } of schemas) {
    if (isOwnKind(kind) || kinds.has(kind)) {
      const message = 'An extra schema is for a kind that has a schema already.';
      throw new ConfigError({ code: 'invalid-argument', message });
    }
    const validate = compile(schema);
    kinds.set(kind, (root, reporter) => {
      const value = keptValue(root);
      if (!validate(value))
        for (const error of validate.errors ?? []) report(error, root, reporter);
      return value as ExtraResource; // The root is a map with this kind, or the document is not handed out.
    });
  }
  return kinds;
}

function compile(schema: JsonSchema): ValidateFunction {
  try {
    return new Ajv2020({ allErrors: true, strict: false, verbose: true, logger: false }).compile(
      schema,
    );
  } catch (cause) {
    throw new ConfigError({
      code: 'invalid-argument',
      message: 'An extra schema is no JSON Schema of draft 2020-12.',
      cause,
    });
  }
}

function report(error: ErrorObject, root: Node, reporter: Reporter): void {
  const { node, place } = follow(root, error.instancePath);
  const { additionalProperty, unevaluatedProperty, missingProperty } = error.params;
  const extra: unknown = additionalProperty ?? unevaluatedProperty;
  if (typeof extra === 'string' && node.type === 'map') {
    const at = entryOf(node, extra) ?? node;
    const known = Object.keys(error.parentSchema?.properties ?? {});
    const hint = nearestName(extra, known);
    const message = unknownField(extra, place, known);
    reporter.report({ code: 'unknown-field', message, hint, at, place: child(place, extra) });
  } else if (typeof missingProperty === 'string') {
    const at = (node.type === 'map' ? node.entries[0] : undefined) ?? node;
    const message = 'The field is needed.';
    reporter.report({ code: 'missing-field', message, at, place: child(place, missingProperty) });
  } else {
    const code = error.keyword === 'type' ? 'type-mismatch' : 'schema';
    reporter.report({
      code,
      message: `The value ${error.message ?? 'does not fit the schema'}.`,
      at: node,
      place,
    });
  }
}

function follow(root: Node, pointer: string): { node: Node; place: Place | undefined } {
  let node = root;
  let place: Place | undefined;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const next: Node | undefined =
      node.type === 'list'
        ? node.items[Number(key)]
        : node.type === 'map'
          ? entryOf(node, key)?.value
          : undefined;
    if (!next) break;
    place = child(place, node.type === 'list' ? Number(key) : key);
    node = next;
  }
  return { node, place };
}

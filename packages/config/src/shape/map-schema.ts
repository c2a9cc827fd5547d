import { FIELD_DESCRIPTIONS } from '../schema/data/field-descriptions.js';
import type { MapOptions } from './map.js';
import type { JsonSchema, Shape } from './shape.js';

/** The JSON Schema of a map: what its fields are, and which must be there. */
export function mapSchema<T, V>(
  known: ReadonlyMap<string, Shape<unknown, unknown>>,
  options: MapOptions<T, V>,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, shape] of known) {
    properties[name] = fieldSchema(name, shape);
  }
  for (const [name, alias] of Object.entries(options.aliases ?? {})) {
    properties[name] = { ...known.get(alias.field)?.schema(), deprecated: true };
  }
  const aliased = new Set(Object.values(options.aliases ?? {}).map((alias) => alias.field));
  const needed = [...known]
    .filter(([name, shape]) => shape.required && !aliased.has(name))
    .map(([name]) => name);
  return {
    type: 'object',
    properties,
    ...(typeof options.otherNames === 'string'
      ? { patternProperties: { [options.otherNames]: {} } }
      : {}),
    additionalProperties: options.otherNames === true,
    ...(needed.length > 0 ? { required: needed } : {}),
    ...options.schema,
  };
}

function fieldSchema(name: string, shape: Shape<unknown, unknown>): JsonSchema {
  const schema = shape.schema();
  const described = FIELD_DESCRIPTIONS[name];
  // What a schema says of itself goes before what its name says.
  const description =
    described === undefined || !Object.hasOwn(FIELD_DESCRIPTIONS, name)
      ? {}
      : { description: described };
  if (shape.required) return { ...description, ...notEmpty(schema) };
  if (!shape.nullable) return { ...description, ...schema };
  return { ...description, anyOf: [schema, { type: 'null' }] };
}

/** The loader takes an empty text or list for an absent one. */
function notEmpty(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema.anyOf) && schema.type === undefined)
    return { ...schema, anyOf: schema.anyOf.map(notEmpty) };
  const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
  return {
    ...schema,
    ...(types.includes('string') ? { minLength: 1 } : {}),
    ...(types.includes('array') ? { minItems: 1 } : {}),
  };
}

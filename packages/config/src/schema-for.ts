import { ConfigError } from './errors.js';
import { helmShape } from './resources/helm.js';
import { findKind } from './resources/registry.js';
import { SERVICE_VERSIONS, serviceShape } from './resources/service.js';
import type { JsonSchema } from './shape/shape.js';
import type { ResourceKind } from './types/resource.js';

/** The files that have a schema but are no resources. */
export type FileKind = 'service' | 'helm';

/**
 * Gives the JSON Schema (draft 2020-12) of a kind, made from the very description the loader reads with.
 * Editors take it for completion and checks, for example through yaml-language-server.
 *
 * A schema cannot say all the loader says: rules over several fields and the form of ARNs are the loader's.
 *
 * @param kind - a kind of resource, `service` for the service file or `helm` for the chart values
 * @param version - only documents of that version. Default: all versions of the kind
 * @throws {@link ConfigError} `invalid-argument` for a kind or version that does not exist
 */
export function schemaFor(kind: ResourceKind | FileKind, version?: string): JsonSchema {
  const { shape, versions } = find(kind);
  const schema = shape.schema();
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: kind };
  if (version === undefined) return { ...head, ...schema };
  if (!versions.includes(version)) {
    const message = `The version is none of this kind: ${versions.join(', ') || 'it has none'}.`;
    throw new ConfigError({ code: 'invalid-argument', message });
  }
  const properties = typeof schema.properties === 'object' ? schema.properties : {};
  return { ...head, ...schema, properties: { ...properties, version: { const: version } } };
}

function find(kind: string): { shape: { schema(): JsonSchema }; versions: readonly string[] } {
  if (kind === 'service') return { shape: serviceShape, versions: SERVICE_VERSIONS };
  if (kind === 'helm') return { shape: helmShape, versions: [] };
  const found = findKind(kind);
  if (found) return found;
  throw new ConfigError({
    code: 'invalid-argument',
    message: 'There is no such kind of document.',
  });
}

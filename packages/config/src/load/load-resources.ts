import { ConfigError } from '../errors.js';
import { findKind } from '../resources/registry.js';
import { compileExtraKinds, type ExtraResource, type ExtraSchema } from '../schema/extra-kinds.js';
import type { Resource } from '../types/resource.js';
import type { Diagnostic } from './diagnostic.js';
import { type LoadLimits, resolveLimits } from './limits.js';
import { readDocuments } from './read-documents.js';
import { readResource } from './read-resource.js';
import { reportNoDocuments } from './report-no-documents.js';
import { createCollector } from './reporter.js';
import { nameSources, type SourceText } from './source-text.js';

/** How the loaders read. */
export interface LoadOptions extends LoadLimits {
  /** Turns every warning into an error of the same code and place. Default false. */
  readonly strict?: boolean | undefined;
}

/** How {@link loadResources} reads. */
export interface LoadResourcesOptions extends LoadOptions {
  /** Schemas of further kinds. Their documents are in `extraResources`. Default: none. */
  readonly extraSchemas?: readonly ExtraSchema[] | undefined;
}

/** What {@link loadResources} gives. */
export interface LoadResult {
  /** The documents without an error, in the order of the sources. */
  readonly resources: readonly Resource[];
  /** The documents of kinds that came with `extraSchemas`. */
  readonly extraResources: readonly ExtraResource[];
  /** Every fault of every document, in text order; at most 100. Loading failed when one has severity `error`. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads resource documents from texts: YAML or JSON, any number of documents in each.
 *
 * Never throws for what a text holds: all faults of all documents come back at once, each with its place. A syntax
 * error stops its own text only.
 *
 * @param sources - the texts; nothing is read from disk here (see `@postern/config/node`)
 * @throws {@link ConfigError} `invalid-argument` when an extra schema is no JSON Schema, or a limit or source is none
 * @example
 * ```ts
 * const { resources, diagnostics } = loadResources([{ filename: 'a.yaml', text: 'kind: user\nmetadata: {name: alice}\n' }]);
 * const failed = diagnostics.some(({ severity }) => severity === 'error');
 * ```
 */
export function loadResources(
  sources: readonly SourceText[],
  options: LoadResourcesOptions = {},
): LoadResult {
  if (!Array.isArray(sources)) {
    const message = 'The sources must be a list of { text, filename? }.';
    throw new ConfigError({ code: 'invalid-argument', message });
  }
  const limits = resolveLimits(options);
  const collector = createCollector(options.strict === true);
  const isOwnKind = (kind: string) => findKind(kind) !== undefined;
  const extraKinds = compileExtraKinds(options.extraSchemas ?? [], isOwnKind);
  const resources: Resource[] = [];
  const extraResources: ExtraResource[] = [];
  let isEmpty = true;
  for (const [index, source] of nameSources(sources).entries()) {
    const documents = readDocuments(source, index, limits, collector);
    if (documents.failed || documents.list.length > 0) isEmpty = false;
    const names = new Set<string>();
    for (const document of documents.list) {
      const read = readResource(document, extraKinds, names);
      if (documents.isBroken) continue; // Read for its faults only.
      if (read?.type === 'known') resources.push(read.resource);
      else if (read) extraResources.push(read.resource);
    }
  }
  if (isEmpty) reportNoDocuments(sources[0], collector);
  return { resources, extraResources, diagnostics: collector.finish() };
}

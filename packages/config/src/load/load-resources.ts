import type { Resource } from '../types/resource.js';
import type { Diagnostic } from './diagnostic.js';
import { type LoadLimits, resolveLimits } from './limits.js';
import { readDocuments } from './read-documents.js';
import { readResource } from './read-resource.js';
import { reportNoDocuments } from './report-no-documents.js';
import { createCollector } from './reporter.js';
import type { SourceText } from './source-text.js';

/** How the loaders read. */
export interface LoadOptions extends LoadLimits {
  /** Turns every warning into an error of the same code and place. Default false. */
  readonly strict?: boolean | undefined;
}

/** What {@link loadResources} gives. */
export interface LoadResult {
  /** The documents without an error, in the order of the sources. */
  readonly resources: readonly Resource[];
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
 */
export function loadResources(
  sources: readonly SourceText[],
  options: LoadOptions = {},
): LoadResult {
  const limits = resolveLimits(options);
  const collector = createCollector(options.strict === true);
  const resources: Resource[] = [];
  let seen = 0;
  for (const [index, source] of sources.entries()) {
    const documents = readDocuments(source, index, limits, collector);
    for (const document of documents.list) {
      const resource = readResource(document);
      if (resource) resources.push(resource);
    }
    seen += documents.list.length + (documents.failed ? 1 : 0);
  }
  if (seen === 0) reportNoDocuments(sources[0], collector);
  return { resources, diagnostics: collector.finish() };
}

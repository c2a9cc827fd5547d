import { helmShape } from '../resources/helm.js';
import { serviceShape } from '../resources/service.js';
import type { Shape } from '../shape/shape.js';
import type { HelmValues, ServiceConfig } from '../types/service.js';
import type { Diagnostic } from './diagnostic.js';
import { resolveLimits } from './limits.js';
import type { LoadOptions } from './load-resources.js';
import { entryOf, type MapNode } from './node.js';
import { attachOrigin, type Origin } from './origin.js';
import { type ReadDocument, readDocuments } from './read-documents.js';
import { reportNoDocuments } from './report-no-documents.js';
import { createCollector } from './reporter.js';
import type { SourceText } from './source-text.js';

/** What {@link loadServiceConfig} and {@link loadHelmValues} give. */
export interface LoadFileResult<T> {
  /** Undefined when there is an error, or nothing in the text. */
  readonly config: T | undefined;
  /** Every fault, in text order; at most 100. Loading failed when one has severity `error`. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Loads a service file: exactly one document. Never throws for what the text holds.
 *
 * @param source - the text of the file
 */
export function loadServiceConfig(
  source: SourceText,
  options: LoadOptions = {},
): LoadFileResult<ServiceConfig> {
  return loadOne<ServiceConfig>(source, options, serviceShape, 'service');
}

/**
 * Loads values of the agent chart: exactly one document. Keys this package does not know are kept; in strict
 * mode they are errors. Never throws for what the text holds.
 *
 * @param source - the text of the file
 */
export function loadHelmValues(
  source: SourceText,
  options: LoadOptions = {},
): LoadFileResult<HelmValues> {
  return loadOne<HelmValues>(source, options, helmShape, 'helm');
}

function loadOne<T extends object>(
  source: SourceText,
  options: LoadOptions,
  shape: Shape<T, unknown>,
  family: Origin['family'],
): LoadFileResult<T> {
  const collector = createCollector(options.strict === true);
  const documents = readDocuments(source, 0, resolveLimits(options), collector);
  const [document, second] = documents.list;
  if (second) {
    const message = 'The file must be one document: a second one begins here.';
    const at = { start: second.start, end: second.start + 3 };
    second.reporter.report({ code: 'multiple-documents', message, at });
  }
  if (!document && !documents.failed) reportNoDocuments(source, collector);
  const config = document && readConfig(document, shape);
  const diagnostics = collector.finish();
  const hasFailed = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  if (!document || config === undefined || hasFailed) return { config: undefined, diagnostics };
  attachOrigin(config, { document, family });
  return { config, diagnostics };
}

function readConfig<T>(document: ReadDocument, shape: Shape<T, unknown>): T | undefined {
  const { root, reporter } = document;
  if (root.type === 'map' && root.template === undefined) {
    if (isResource(document, root)) return undefined;
    // The root is only looked at for the names of its fields.
    return shape.read(root, undefined, { ...reporter, root: shape as Shape<unknown, unknown> });
  }
  reporter.report({ code: 'type-mismatch', message: 'The file must be a map.', at: root });
  return undefined;
}

/** A resource given to the wrong loader is a common slip, and its fields would all be unknown. */
function isResource({ reporter }: ReadDocument, root: MapNode): boolean {
  const kind = entryOf(root, 'kind');
  if (!kind || !entryOf(root, 'metadata')) return false;
  const message = 'This is a resource document, not a service file or chart values.';
  reporter.report({
    code: 'invalid-kind',
    message,
    at: kind,
    place: { parent: undefined, key: 'kind' },
  });
  return true;
}

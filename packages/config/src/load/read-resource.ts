import { findKind, nearestKind } from '../resources/registry.js';
import type { Resource } from '../types/resource.js';
import { entryOf, type MapNode } from './node.js';
import { attachOrigin } from './origin.js';
import { child } from './place.js';
import type { ReadDocument } from './read-documents.js';

/**
 * Reads one document: its kind and version decide on the shape, the shape does the rest.
 *
 * @returns undefined when the document has an error; everything wrong with it has been reported then
 */
export function readResource(document: ReadDocument): Resource | undefined {
  const { root, reporter } = document;
  if (root.type !== 'map' || root.template !== undefined) {
    const message = 'A document must be a map with kind, version, metadata and spec.';
    reporter.report({ code: 'type-mismatch', message, at: root });
    return undefined;
  }
  const kind = readKind(document, root);
  const found = kind === undefined ? undefined : findKind(kind);
  if (!found) return undefined;
  checkVersion(document, root, found.versions);
  const value = found.shape.read(withoutVersion(root, found.versions), undefined, {
    ...reporter,
    root: found.shape,
  });
  if (reporter.failed() || typeof value !== 'object' || value === null) return undefined;
  attachOrigin(value, { document, family: 'resource' });
  return value as Resource; // Without an error, the shape of the kind has read every field.
}

function readKind({ reporter }: ReadDocument, root: MapNode): string | undefined {
  const entry = entryOf(root, 'kind');
  const place = child(undefined, 'kind');
  if (!entry || (entry.value.type === 'scalar' && entry.value.text === '')) {
    const message = 'The document has no kind: role, user, token, app and others are known.';
    reporter.report({
      code: 'missing-field',
      message,
      at: entry?.value ?? root.entries[0] ?? root,
      place,
    });
    return undefined;
  }
  const kind = entry.value.type === 'scalar' ? entry.value.text : '';
  if (findKind(kind)) return kind;
  const message = 'There is no such kind of resource.';
  reporter.report({
    code: 'invalid-kind',
    message,
    hint: () => nearestKind(kind),
    at: entry.value,
    place,
  });
  return undefined;
}

function checkVersion(
  { reporter }: ReadDocument,
  root: MapNode,
  versions: readonly string[],
): void {
  const value = entryOf(root, 'version')?.value;
  if (!value || isKnown(value, versions) || isBlank(value)) return;
  const message = `The version of this kind must be one of ${versions.join(', ')}.`;
  reporter.report({
    code: 'invalid-version',
    message,
    hint: versions.length === 1 ? versions[0] : undefined,
    at: value,
    place: child(undefined, 'version'),
  });
}

/** The rest of a document with a wrong version is read as the newest one, so that its faults show, too. */
function withoutVersion(root: MapNode, versions: readonly string[]): MapNode {
  const entry = entryOf(root, 'version');
  if (!entry || isKnown(entry.value, versions) || isBlank(entry.value)) return root;
  const text = versions.at(-1) ?? '';
  const value = {
    ...entry.value,
    type: 'scalar',
    text,
    plain: true,
    isNull: false,
    size: 1,
  } as const;
  const entries = root.entries.map((other) => (other === entry ? { ...entry, value } : other));
  return { ...root, entries };
}

function isKnown(value: MapNode['entries'][number]['value'], versions: readonly string[]): boolean {
  return value.type === 'scalar' && versions.includes(value.text);
}

function isBlank(value: MapNode['entries'][number]['value']): boolean {
  return value.type === 'scalar' && value.text === '';
}

import { findKind, kindNames, nearestKind } from '../resources/registry.js';
import type { ExtraKinds, ExtraResource } from '../schema/extra-kinds.js';
import type { Resource } from '../types/resource.js';
import { entryOf, type MapNode, type Node } from './node.js';
import { attachOrigin } from './origin.js';
import { child } from './place.js';
import type { ReadDocument } from './read-documents.js';

/** A document that has been read. */
export type ReadResource =
  | { readonly type: 'known'; readonly resource: Resource }
  | { readonly type: 'extra'; readonly resource: ExtraResource };

/**
 * Reads one document: its kind and version decide on the shape, the shape does the rest.
 *
 * @param names - kinds and names of the text so far; the document's is added
 * @returns undefined when the document has an error; everything wrong with it has been reported then
 */
export function readResource(
  document: ReadDocument,
  extraKinds: ExtraKinds,
  names: Set<string>,
): ReadResource | undefined {
  const { root, reporter } = document;
  if (root.type !== 'map' || root.template !== undefined) {
    const message = 'A document must be a map with kind, version, metadata and spec.';
    reporter.report({ code: 'type-mismatch', message, at: root });
    return undefined;
  }
  const kind = readKind(document, root, extraKinds);
  if (kind === undefined) return undefined;
  checkName(document, root, kind, names);
  const extra = extraKinds.get(kind)?.(root, reporter);
  if (extra) return reporter.failed() ? undefined : { type: 'extra', resource: extra };
  const found = findKind(kind);
  if (!found) return undefined;
  checkVersion(document, root, found.versions);
  const context = { ...reporter, root: found.shape };
  const value = found.shape.read(withoutVersion(root, found.versions), undefined, context);
  if (reporter.failed() || typeof value !== 'object' || value === null) return undefined;
  attachOrigin(value, { document, family: 'resource' });
  // Without an error, the shape of the kind has read every field.
  return { type: 'known', resource: value as Resource };
}

/** Of two resources with one kind and name only one could be created. */
function checkName(
  { reporter }: ReadDocument,
  root: MapNode,
  kind: string,
  names: Set<string>,
): void {
  const metadata = entryOf(root, 'metadata')?.value;
  const name = metadata?.type === 'map' ? entryOf(metadata, 'name')?.value : undefined;
  if (name?.type !== 'scalar' || name.text === '') return;
  const id = `${kind} ${name.text}`;
  if (names.has(id)) {
    const place = child(child(undefined, 'metadata'), 'name');
    const message = `Another document of the text has kind ${kind} and this name.`;
    reporter.report({ code: 'duplicate-name', message, at: name, place });
  }
  names.add(id);
}

function readKind(
  { reporter }: ReadDocument,
  root: MapNode,
  extraKinds: ExtraKinds,
): string | undefined {
  const entry = entryOf(root, 'kind');
  const place = child(undefined, 'kind');
  if (!entry || (entry.value.type === 'scalar' && entry.value.text === '')) {
    const message = `The document has no kind: ${kindNames().join(', ')} are known.`;
    reporter.report({
      code: 'missing-field',
      message,
      at: entry?.value ?? root.entries[0] ?? root,
      place,
    });
    return undefined;
  }
  const kind = entry.value.type === 'scalar' ? entry.value.text : '';
  if (findKind(kind) || extraKinds.has(kind)) return kind;
  const message = `There is no such kind of resource; known are ${kindNames().join(', ')}.`;
  reporter.report({
    code: 'invalid-kind',
    message,
    hint: () => nearestKind(kind, [...extraKinds.keys()]),
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
    hint: nearestVersion(value, versions),
    at: value,
    place: child(undefined, 'version'),
  });
}

/** The only one, or the one that lacks its letter or has it in upper case. */
function nearestVersion(value: Node, versions: readonly string[]): string | undefined {
  if (versions.length === 1) return versions[0];
  const text = value.type === 'scalar' ? value.text.toLowerCase() : '';
  return versions.find((version) => version === text || version === `v${text}`);
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

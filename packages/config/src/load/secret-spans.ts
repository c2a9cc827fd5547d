import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Span } from './node.js';
import { isNearName, isNearToken, isSecretName } from './secret-names.js';

/** Fields beside the name; what else stands in the metadata of a token may be a misspelt name. */
const OPEN_METADATA: ReadonlySet<string> = new Set([
  'description',
  'labels',
  'expires',
  'namespace',
  'revision',
  'id',
]);

/**
 * Where the secrets of a document stand. Works on what the parser made of the text, not on its lines, so that escapes
 * in keys, anchors and blocks hide nothing; keys that stand twice are looked at twice.
 */
export function secretSpans(document: Document.Parsed): readonly Span[] {
  const spans: Span[] = [];
  const anchors = new Map<string, Node>();
  const hidesNames = isSecretToken(document.contents);

  function hide(node: unknown): void {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) hide(target);
    }
    const span = rangeOf(node);
    if (span) spans.push(span);
  }

  function visit(node: unknown, isMetadata: boolean): void {
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, node);
    if (isSeq(node)) for (const item of node.items) visit(item, false);
    if (!isMap(node)) return;
    for (const pair of node.items) {
      visit(pair.key, false);
      const key = keyOf(isAlias(pair.key) ? { key: anchors.get(pair.key.source) } : pair);
      visit(pair.value, key === 'metadata');
      const isName = hidesNames && (isNearName(key) || (isMetadata && !OPEN_METADATA.has(key)));
      if (isName || isSecretName(key)) hide(pair.value);
    }
  }

  visit(document.contents, false);
  return spans;
}

/** The name of a token proves something unless another method is written. */
function isSecretToken(root: unknown): boolean {
  const kinds = valuesOf(root, 'kind');
  if (!kinds.some((kind) => !isScalar(kind) || isNearToken(String(kind.value)))) return false;
  const spec = valuesOf(root, 'spec')[0];
  const methods = valuesOf(spec, 'join_method');
  const isOther = (method: unknown) =>
    isScalar(method) &&
    /^[a-z0-9_]{2,20}$/.test(String(method.value)) &&
    !isNearToken(String(method.value));
  if (methods.length > 0) return !methods.every(isOther);
  const rules = valuesOf(spec, 'allow')[0];
  return !(isSeq(rules) && rules.items.length > 0);
}

/** All of them: a key may stand twice. */
function valuesOf(node: unknown, name: string): readonly unknown[] {
  if (!isMap(node)) return [];
  return node.items.filter((pair) => keyOf(pair) === name).map((pair) => pair.value);
}

function keyOf({ key }: { readonly key?: unknown }): string {
  return isScalar(key) ? String(key.value) : '';
}

function rangeOf(node: unknown): Span | undefined {
  const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : null;
  return range ? { start: range[0], end: range[1] } : undefined;
}

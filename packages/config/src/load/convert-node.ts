import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';

import type { Limits } from './limits.js';
import type { ListNode, MapEntry, MapNode, Node, ScalarNode, Span } from './node.js';
import { child, type Place } from './place.js';
import { tooManyAliases } from './read-faults.js';
import type { Reporter } from './reporter.js';

const STANDARD_TAGS: ReadonlySet<string> = new Set(
  ['str', 'map', 'seq', 'int', 'float', 'bool', 'null'].map((name) => `tag:yaml.org,2002:${name}`),
);

/**
 * Turns a parsed document into our own nodes: aliases and merge keys resolved within their bound, duplicate keys
 * and foreign tags reported, templates without quotes recognised.
 *
 * Never recurses deeper than the bound on nesting, which the caller has checked.
 *
 * @returns `empty` for comments only, `broken` when an alias could not be resolved: what it stands for is not known
 */
export function convertDocument(
  document: Document.Parsed,
  text: string,
  limits: Limits,
  reporter: Reporter,
): Node | 'empty' | 'broken' {
  const anchors = new Map<string, Node>();
  let fromAliases = 0;
  let isBroken = false;

  function convert(node: ParsedNode | null, span: Span, place: Place | undefined): Node {
    if (node === null) return nullAt(span);
    if (isAlias(node)) return resolveAlias(node.source, spanOf(node), place);
    if (node.tag !== undefined && !STANDARD_TAGS.has(node.tag)) {
      const message = 'Tags other than the standard ones are not read: leave the tag out.';
      reporter.report({ code: 'unsupported-tag', message, at: spanOf(node), place });
    }
    const made = isScalar(node)
      ? scalar(node, place)
      : isMap(node)
        ? map(node, place)
        : list(node, place);
    if (node.anchor !== undefined) anchors.set(node.anchor, made);
    return made;
  }

  function scalar(node: Scalar.Parsed | Scalar, place: Place | undefined): ScalarNode {
    const text = typeof node.value === 'string' ? node.value : '';
    // What is tagged as a text is one, as if it had quotes.
    const plain =
      (node.type === 'PLAIN' || node.type === undefined) && node.tag !== 'tag:yaml.org,2002:str';
    const isNull = plain && /^(?:|~|null|Null|NULL)$/.test(text);
    // Only an escape can bring one in; the text itself has been searched.
    if (!plain && /\p{Surrogate}/u.test(text)) {
      const message = 'The text has half of a surrogate pair.';
      reporter.report({ code: 'invalid-value', message, at: spanOf(node), place });
    }
    return { type: 'scalar', text, plain, isNull, size: 1, ...spanOf(node) };
  }

  function resolveAlias(name: string, span: Span, place: Place | undefined): Node {
    const target = anchors.get(name);
    if (!target) {
      const message = 'The alias names no anchor that stands before it.';
      reporter.report({ code: 'yaml-syntax', message, at: span, place });
      isBroken = true;
      return nullAt(span);
    }
    fromAliases += target.size;
    if (fromAliases > limits.maxAliases) {
      if (!isBroken) reporter.report({ ...tooManyAliases(limits, span), place });
      isBroken = true;
      return nullAt(span);
    }
    // Faults in the value are blamed where it is used.
    return { ...target, ...span };
  }

  function list(
    node: Extract<ParsedNode, { items: unknown[] }>,
    place: Place | undefined,
  ): ListNode {
    const span = spanOf(node);
    const items: Node[] = [];
    for (const item of isSeq(node) ? node.items : []) {
      items.push(convert(asNode(item), span, child(place, items.length)));
    }
    return { type: 'list', items, size: sizeOf(items), ...span };
  }

  function map(node: YAMLMap.Parsed, place: Place | undefined): MapNode {
    const span = spanOf(node);
    const template = templateText(text, span);
    if (template !== undefined) return { type: 'map', entries: [], template, size: 1, ...span };
    const entries = new Map<string, MapEntry>();
    const merged: Node[] = [];
    for (const pair of node.items) {
      const key = keyOf(pair, place);
      if (!key) continue;
      const valueSpan = { start: key.end, end: key.end };
      const value = convert(asNode(pair.value), valueSpan, child(place, key.text));
      if (key.text === '<<' && key.plain) merged.push(value);
      else if (entries.has(key.text)) {
        const message = 'The key stands twice in the map: leave one of them out.';
        reporter.report({ code: 'duplicate-key', message, at: key, place: child(place, key.text) });
      } else {
        entries.set(key.text, { key: key.text, start: key.start, end: key.end, value });
      }
    }
    for (const source of merged) merge(entries, source, place);
    const all = [...entries.values()];
    return {
      type: 'map',
      entries: all,
      template,
      size: sizeOf(all.map((entry) => entry.value)),
      ...span,
    };
  }

  function keyOf(pair: Pair<ParsedNode, ParsedNode | null>, place: Place | undefined) {
    const key = asNode(pair.key);
    if (key !== null && isScalar(key)) return scalar(key, place);
    const at = key === null ? { start: 0, end: 0 } : spanOf(key);
    if (key !== null && isAlias(key)) {
      const target = resolveAlias(key.source, at, place);
      if (target.type === 'scalar') return target;
    }
    const message =
      'The key of a map must be a text; put quotes around a text that begins with a brace or bracket.';
    reporter.report({ code: 'type-mismatch', message, at, place });
    return undefined;
  }

  function merge(entries: Map<string, MapEntry>, source: Node, place: Place | undefined): void {
    const maps = source.type === 'list' ? source.items : [source];
    for (const from of maps) {
      if (from.type !== 'map') {
        const message = 'A merge key (<<) takes a map or a list of maps.';
        reporter.report({ code: 'type-mismatch', message, at: from, place: child(place, '<<') });
        continue;
      }
      for (const entry of from.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    }
  }

  const contents = document.contents;
  if (contents === null || isEmpty(contents)) return 'empty';
  const root = convert(contents, spanOf(contents), undefined);
  return isBroken ? 'broken' : root;
}

/** A document of comments only has an empty scalar for its contents. */
function isEmpty(node: ParsedNode): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.source === '' && node.anchor === undefined;
}

/** Parsed nodes only: the library types pairs of hand-made documents, too. */
function asNode(value: ParsedNode | null | undefined): ParsedNode | null {
  return value ?? null;
}

function nullAt(span: Span): ScalarNode {
  return { type: 'scalar', text: '', plain: true, isNull: true, size: 1, ...span };
}

function spanOf(node: { readonly range?: readonly number[] | null | undefined }): Span {
  const [start = 0, end = start] = node.range ?? [];
  return { start, end };
}

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, node) => sum + node.size, 1);
}

/**
 * `{{…}}` without quotes is a map in a map for YAML; a doubled brace has no other use in our documents. Formatters that
 * do not know templates put blanks between the braces.
 */
function templateText(text: string, span: Span): string | undefined {
  if (text[span.start] !== '{') return undefined;
  const inner = /^\{[ \t]*\{([^{}\n]*)\}[ \t]*\}$/.exec(text.slice(span.start, span.end))?.[1];
  return inner === undefined ? undefined : `{{${inner.trim()}}}`;
}

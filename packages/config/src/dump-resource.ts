import { Document, isScalar, Scalar, visit } from 'yaml';
import { ConfigError } from './errors.js';
import type { Resource } from './types/resource.js';

/**
 * Writes a resource as YAML that loads back to an equal value. Texts that some reader of YAML would take for
 * something else (`no`, `0123`, `1.10`) get quotes, so that every reader gives the same.
 *
 * @param resource - a loaded document, or a value of the same form; fields that are undefined are left out
 * @throws {@link ConfigError} `invalid-argument` for a value that is no tree of texts, numbers, booleans, lists and maps
 */
export function dumpResource(resource: Resource): string {
  assertTree(resource, 0);
  // Schema 1.1 knows the most special words, so it quotes the most texts; its merge key is none in our maps.
  const document = new Document(resource, {
    schema: 'yaml-1.1',
    aliasDuplicateObjects: false,
    customTags: (tags) =>
      tags.filter((tag) => typeof tag !== 'object' || !tag.tag.endsWith(':merge')),
  });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && node.value.search(NEEDS_ESCAPE) >= 0)
        node.type = Scalar.QUOTE_DOUBLE;
    },
    Pair(_, { key }) {
      if (isScalar(key) && key.value === '<<') key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  // No line is folded, so that values can be searched for.
  return document
    .toString({ lineWidth: 0 })
    .replace(NEEDS_ESCAPE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What YAML does not allow in a text, and its library writes all the same: only an escape in quotes will do. */
const NEEDS_ESCAPE = /[\u007f\ufffe\uffff]/g;

/** The loaders read no deeper. */
const MAX_DEPTH = 64;

function assertTree(value: unknown, depth: number): void {
  if (depth > MAX_DEPTH) throw notATree('it is nested too deep, or in itself');
  switch (typeof value) {
    case 'string':
      assertText(value);
      return;
    case 'boolean':
    case 'undefined':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      throw notATree('it has a number that is not finite');
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) {
        assertList(value, depth);
        return;
      }
      if (!isPlain(value)) throw notATree('it has an object that is no plain map');
      for (const [key, item] of Object.entries(value)) {
        assertText(key);
        assertTree(item, depth + 1);
      }
      return;
    default:
      throw notATree(`it has a ${typeof value}`);
  }
}

function assertList(list: readonly unknown[], depth: number): void {
  for (const item of list) {
    // Left out it would move what follows, and as null it would not be equal.
    if (item === undefined) throw notATree('it has a list with a hole');
    assertTree(item, depth + 1);
  }
}

function assertText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw notATree('it has half of a surrogate pair');
}

/** A map of any realm. What has a class keeps its value elsewhere than in its fields. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notATree(reason: string): ConfigError {
  return new ConfigError({
    code: 'invalid-argument',
    message: `The resource cannot be written as YAML: ${reason}.`,
  });
}

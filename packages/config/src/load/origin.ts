import type { Diagnostic, DiagnosticCode, Severity } from './diagnostic.js';
import { entryOf, type Node, type Span } from './node.js';
import { child, type Place } from './place.js';
import type { ReadDocument } from './read-documents.js';
import { toDiagnostic } from './reporter.js';

/** What loaded values remember of their document. */
export interface Origin {
  readonly document: Pick<ReadDocument, 'root' | 'index' | 'positionOf' | 'filename'>;
  /** Which loader made the value. */
  readonly family: 'resource' | 'service' | 'helm';
}

/** Not enumerable, so that copies, comparisons and JSON do not see it. */
const ORIGIN: unique symbol = Symbol.for('@postern/config/origin');

/** Lets a value that was just loaded remember where it came from. */
export function attachOrigin(value: object, { document, family }: Origin): void {
  const { root, index, positionOf, filename } = document;
  const origin: Origin = { document: { root, index, positionOf, filename }, family };
  Object.defineProperty(value, ORIGIN, { value: origin });
}

/** Where a value was loaded from; undefined for copies and values made by hand. */
export function originOf(value: object): Origin | undefined {
  // Only `attachOrigin` writes under this symbol.
  return ORIGIN in value ? (value[ORIGIN] as Origin) : undefined;
}

/** An issue another package found in a document: what is wrong, and where by JSON pointer. */
export interface Issue {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** RFC 6901; empty for the whole document. */
  readonly pointer: string;
  /** Default `error`. */
  readonly severity?: Severity | undefined;
}

/**
 * Gives an issue its place in the text a document was loaded from. Packages that check the meaning of documents
 * answer with JSON pointers; this turns them into lines and columns.
 *
 * @param document - a resource, service file or chart values as a loader of this package returned it. For a copy, or
 *   a value made by hand, the place is the first line without a file name.
 */
export function locateIssue<C extends string>(
  document: object,
  issue: Omit<Issue, 'code'> & { readonly code: C },
): Omit<Diagnostic, 'code'> & { readonly code: C } {
  const origin = originOf(document)?.document;
  const { span, place } = walk(origin?.root, issue.pointer);
  const positionOf = origin?.positionOf ?? ((offset: number) => ({ line: 1, column: 1, offset }));
  const fault = {
    code: 'schema',
    message: issue.message,
    hint: issue.hint,
    at: span,
    place,
  } as const;
  const index = origin?.index ?? 0;
  const diagnostic = toDiagnostic(
    fault,
    issue.severity ?? 'error',
    origin?.filename,
    positionOf,
    index,
  );
  return { ...diagnostic, code: issue.code };
}

/** Follows a pointer as far as the document goes: a missing field is blamed on the first key of its map. */
function walk(root: Node | undefined, pointer: string): { span: Span; place: Place | undefined } {
  let place: Place | undefined;
  let node = root;
  let span: Span = root ?? { start: 0, end: 0 };
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const index = Number(key);
    const isIndex = /^\d{1,9}$/.test(key) && node?.type !== 'map';
    place = child(place, isIndex ? index : key);
    const next: Node | undefined =
      node?.type === 'map'
        ? entryOf(node, key)?.value
        : node?.type === 'list'
          ? node.items[index]
          : undefined;
    if (next) span = next;
    else if (node?.type === 'map') span = node.entries[0] ?? node;
    node = next;
  }
  return { span, place };
}

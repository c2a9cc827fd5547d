import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import { createGuard } from './lexeme-guard.js';
import type { Limits } from './limits.js';
import { syntaxFault, tooLarge } from './read-faults.js';
import type { Fault } from './reporter.js';

/** What the stream gives: documents until the first fault, which ends it. */
export type DocumentOrFault =
  | { readonly type: 'document'; readonly document: Document.Parsed; readonly start: number }
  | { readonly type: 'fault'; readonly fault: Fault; readonly start: number };

/**
 * Parses a text into YAML documents, one after the other, and stops at the first fault.
 *
 * The YAML library is driven stage by stage, because its last stage recurses with the nesting of the text:
 * at the depth of a hostile text the process itself can abort. So depth and aliases are bounded before that
 * stage sees a document. All scalars are read as text (schema `failsafe`): what a text means is for the field to say.
 */
export function* guardedDocuments(text: string, limits: Limits): Generator<DocumentOrFault> {
  const parser = new Parser();
  const guard = createGuard(limits);
  const composer = createComposer();
  let start = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const fault = guard.next(lexeme);
    if (fault) composer.stop(fault);
    else for (const token of parser.next(lexeme)) yield* step(token);
    if (composer.fault) break;
  }
  if (!composer.fault) for (const token of parser.end()) yield* step(token);
  for (const document of composer.end(text.length)) yield { type: 'document', document, start };
  if (composer.fault) yield faulty(composer.fault);

  function faulty(fault: Fault): DocumentOrFault {
    return { type: 'fault', fault: withOpening(fault, guard.unclosed(), text), start };
  }

  function* step(token: CST.Token): Generator<DocumentOrFault> {
    if (composer.fault) return;
    if (token.type === 'document') {
      const deep = tooDeep(token, limits.maxDepth);
      if (deep !== undefined) {
        composer.stop(tooLarge(`Lists and maps are nested deeper than ${limits.maxDepth}.`, deep));
        return;
      }
    }
    for (const document of composer.next(token)) yield { type: 'document', document, start };
    if (token.type === 'document') start = token.offset;
  }
}

interface GuardedComposer {
  readonly fault: Fault | undefined;
  stop(fault: Fault): void;
  next(token: CST.Token): Iterable<Document.Parsed>;
  end(offset: number): Iterable<Document.Parsed>;
}

/** A composer that keeps its first error only: error objects by the million are what makes bad texts slow. */
function createComposer(): GuardedComposer {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, keepSourceTokens: false });
  let fault: Fault | undefined;
  let isLastFaulty = false;
  // Not in the library's types. Should the name ever change, the errors of the documents still are seen below.
  Reflect.set(
    composer,
    'onError',
    (source: unknown, code: string, _text: string, warning?: boolean) => {
      if (warning === true || code === 'TAG_RESOLVE_FAILED') return;
      fault ??= syntaxFault(code, offsetOf(source), offsetOf(source) + 1);
    },
  );
  function* checked(documents: Iterable<Document.Parsed>): Generator<Document.Parsed> {
    for (const document of documents) {
      const error = document.errors.find(({ code }) => code !== 'TAG_RESOLVE_FAILED');
      if (error) fault ??= syntaxFault(error.code, error.pos[0], error.pos[1]);
      else yield document;
    }
  }
  /** A document comes out when the next one begins: then a fault is that of the next. */
  function* compose(token: CST.Token): Generator<Document.Parsed> {
    yield* checked(composer.next(token));
    isLastFaulty = fault !== undefined;
  }
  return {
    get fault() {
      return fault;
    },
    stop(reason) {
      fault ??= reason;
    },
    next(token) {
      if (token.type === 'error')
        fault ??= syntaxFault('UNEXPECTED_TOKEN', token.offset, token.offset + 1);
      return fault ? [] : compose(token);
    },
    end: (offset) => (isLastFaulty ? [] : checked(composer.end(false, offset))),
  };
}

/** The offset of a collection that is too deep. Not recursive: the depth is what is in question. */
function tooDeep(document: CST.Document, maxDepth: number): number | undefined {
  const open: { token: CST.Token; depth: number }[] = [];
  const push = (token: CST.Token | null | undefined, depth: number) => {
    if (token && 'items' in token) open.push({ token, depth });
  };
  push(document.value, 1);
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.depth > maxDepth) return next.token.offset;
    if (!('items' in next.token)) continue;
    for (const item of next.token.items) {
      push(item.key, next.depth + 1);
      push(item.value, next.depth + 1);
    }
  }
  return undefined;
}

/** The library names a place by an offset, a pair of them, or a token. */
function offsetOf(source: unknown): number {
  if (typeof source === 'number') return source;
  if (Array.isArray(source)) return offsetOf(source[0]);
  if (typeof source === 'object' && source !== null && 'offset' in source)
    return offsetOf(source.offset);
  return 0;
}

/** A quote or bracket without its end is noticed far below: its beginning is what the author looks for. */
function withOpening(fault: Fault, opening: number | undefined, text: string): Fault {
  if (fault.code !== 'yaml-syntax' || opening === undefined || fault.at.start <= opening)
    return fault;
  const line = text.slice(0, opening).split('\n').length;
  const what = /["']/.test(text[opening] ?? '') ? 'quote' : 'bracket or brace';
  const message = `${fault.message} The ${what} that opens on line ${line} is not closed.`;
  return { ...fault, message };
}

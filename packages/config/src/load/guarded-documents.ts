import { Composer, CST, type Document, Lexer, Parser } from 'yaml';
import type { Limits } from './limits.js';
import type { Fault } from './reporter.js';
import { SYNTAX_MESSAGES } from './syntax-messages.js';

/** What the stream gives: documents until the first fault, which ends it. */
export type DocumentOrFault =
  | { readonly type: 'document'; readonly document: Document.Parsed; readonly start: number }
  | { readonly type: 'fault'; readonly fault: Fault };

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
    const fault = guard(lexeme);
    if (fault) return yield { type: 'fault', fault };
    for (const token of parser.next(lexeme)) yield* step(token);
    if (composer.fault) return yield { type: 'fault', fault: composer.fault };
  }
  for (const token of parser.end()) yield* step(token);
  for (const document of composer.end(text.length)) {
    if (!composer.fault) yield { type: 'document', document, start };
  }
  if (composer.fault) yield { type: 'fault', fault: composer.fault };

  function* step(token: CST.Token): Generator<DocumentOrFault> {
    if (composer.fault) return;
    if (token.type === 'document') {
      const deep = tooDeep(token, limits.maxDepth);
      if (deep !== undefined) {
        composer.stop(tooLarge(`Lists and maps are nested deeper than ${limits.maxDepth}.`, deep));
        return;
      }
    }
    for (const document of composer.next(token)) {
      if (!composer.fault) yield { type: 'document', document, start };
    }
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
      yield document;
    }
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
      return fault ? [] : checked(composer.next(token));
    },
    end: (offset) => checked(composer.end(false, offset)),
  };
}

/** Watches the tokens before they are nested: depth in one line, brackets, aliases. */
function createGuard(limits: Limits): (lexeme: string) => Fault | undefined {
  let offset = 0;
  let brackets = 0;
  let inLine = 0;
  let aliases = 0;
  let isScalarText = false;
  return (lexeme) => {
    const at = offset;
    const type = isScalarText ? null : CST.tokenType(lexeme);
    isScalarText = type === 'scalar';
    // These three announce what follows and have no text of their own.
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') return undefined;
    offset += lexeme.length;
    switch (type) {
      case 'flow-map-start':
      case 'flow-seq-start':
        brackets += 1;
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        brackets -= 1;
        break;
      case 'newline':
        inLine = 0;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        if (brackets === 0) inLine += 1;
        break;
      case 'alias':
        aliases += 1;
        break;
    }
    if (brackets < 0) return syntaxFault('UNEXPECTED_TOKEN', at, at + 1);
    if (brackets > limits.maxDepth || inLine > limits.maxDepth) {
      return tooLarge(`Lists and maps are nested deeper than ${limits.maxDepth}.`, at);
    }
    return aliases > limits.maxAliases
      ? tooManyAliases(limits, { start: at, end: offset })
      : undefined;
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

/** The fault for an alias too many. */
export function tooManyAliases(limits: Limits, at: Fault['at']): Fault {
  const message = `Aliases add more than ${limits.maxAliases} values to the document.`;
  return { code: 'too-many-aliases', message, at };
}

function tooLarge(message: string, offset: number): Fault {
  return { code: 'too-large', message, at: { start: offset, end: offset + 1 } };
}

function syntaxFault(code: string, start: number, end: number): Fault {
  const message = SYNTAX_MESSAGES[code] ?? 'The text is not YAML here.';
  return { code: 'yaml-syntax', message, at: { start, end } };
}

/** The library names a place by an offset, a pair of them, or a token. */
function offsetOf(source: unknown): number {
  if (typeof source === 'number') return source;
  if (Array.isArray(source)) return offsetOf(source[0]);
  if (typeof source === 'object' && source !== null && 'offset' in source)
    return offsetOf(source.offset);
  return 0;
}

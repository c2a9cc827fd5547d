import { CST } from 'yaml';
import type { Limits } from './limits.js';
import { syntaxFault, tooLarge, tooManyAliases } from './read-faults.js';
import type { Fault } from './reporter.js';

/** More of them in a row can only be a mistake, and each costs the parser more than the one before. */
const MAX_IN_A_ROW = 64;

/** Watches the tokens of a text before they are nested. */
export interface LexemeGuard {
  /** Takes the next token; a fault ends the text. */
  next(lexeme: string): Fault | undefined;
  /** The offset of a quote or bracket that has been opened and not closed so far. */
  unclosed(): number | undefined;
}

/**
 * Bounds what makes the stages after the lexer recurse or slow down: brackets, depth in one line, aliases, and
 * tokens that no YAML has many of without a comma or a line end between them.
 */
export function createGuard(limits: Limits): LexemeGuard {
  const brackets: number[] = [];
  let offset = 0;
  let inLine = 0;
  let inRow = 0;
  let aliases = 0;
  let isScalarText = false;
  let openQuote: number | undefined;
  const tabs = createTabGuard();

  function count(type: string | null, lexeme: string, at: number): void {
    switch (type) {
      case 'flow-map-start':
      case 'flow-seq-start':
        brackets.push(at);
        inRow = 0;
        break;
      case 'comma':
        inRow = 0;
        break;
      case 'newline':
        inLine = 0;
        // Inside brackets a line end separates nothing.
        if (brackets.length === 0) inRow = 0;
        break;
      case 'seq-item-ind':
      case 'explicit-key-ind':
        if (brackets.length === 0) inLine += 1;
        else inRow += 1;
        break;
      case 'double-quoted-scalar':
      case 'single-quoted-scalar':
        if (lexeme.length === 1 || !lexeme.endsWith(lexeme.charAt(0))) openQuote = at;
        inRow += 1;
        break;
      case 'map-value-ind':
      case 'anchor':
      case 'tag':
        inRow += 1;
        break;
      case 'alias':
        aliases += 1;
        break;
    }
  }

  return {
    unclosed: () => openQuote ?? brackets.at(-1),
    next(lexeme) {
      const at = offset;
      const type = isScalarText ? null : CST.tokenType(lexeme);
      isScalarText = type === 'scalar';
      // These three announce what follows and have no text of their own.
      if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') return undefined;
      offset += lexeme.length;
      if (type === 'flow-map-end' || type === 'flow-seq-end') {
        if (brackets.pop() === undefined) return syntaxFault('UNEXPECTED_TOKEN', at, at + 1);
        inRow = 0;
      }
      count(type, lexeme, at);
      if (brackets.length > limits.maxDepth || inLine > limits.maxDepth) {
        return tooLarge(`Lists and maps are nested deeper than ${limits.maxDepth}.`, at);
      }
      if (inRow > MAX_IN_A_ROW) return syntaxFault('UNEXPECTED_TOKEN', at, at + 1);
      if (aliases > limits.maxAliases) return tooManyAliases(limits, { start: at, end: offset });
      return brackets.length === 0 ? tabs(type, lexeme, at) : undefined;
    },
  };
}

/** Keys in lines that begin with a tab: a mistake every time, and slow when there are thousands. */
function createTabGuard(): (type: string | null, lexeme: string, at: number) => Fault | undefined {
  let isLineStart = true;
  let first: number | undefined;
  let lineTab: number | undefined;
  let lines = 0;
  return (type, lexeme, at) => {
    if (type === 'newline') {
      isLineStart = true;
      lineTab = undefined;
      return undefined;
    }
    if (isLineStart && type === 'space' && lexeme.includes('\t')) lineTab = at;
    isLineStart = isLineStart && type === 'space';
    if (lineTab === undefined || (type !== 'map-value-ind' && type !== 'seq-item-ind')) {
      return undefined;
    }
    first ??= lineTab;
    lineTab = undefined;
    lines += 1;
    return lines > MAX_IN_A_ROW ? syntaxFault('TAB_AS_INDENT', first, first + 1) : undefined;
  };
}

import { RbacError } from '../errors.js';
import { unquoteGoString } from './go-string.js';
import { KEYWORDS } from './keywords.js';

/** What a token is. `newline` stands for the end of statement that Go puts in at a line break. */
export type TokenKind =
  | 'identifier'
  | 'keyword'
  | 'string'
  | 'number'
  | 'operator'
  | 'newline'
  | 'end';

/** One token of an expression. */
export interface Token {
  readonly kind: TokenKind;
  /** The name, the operator, the digits, or the value of a string. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Made anew for each text, because the position of a sticky expression is state. */
function createPatterns() {
  return {
    blanks: /(?:[ \t\r]|\/\*[\s\S]*?\*\/)+/y,
    lineEnd: /\n|\/\/[^\n]*\n?/y,
    identifier: /[\p{L}_][\p{L}\p{Nd}_]*/uy,
    number: /(?:[0-9]|\.[0-9])[0-9a-zA-Z_.]*/y,
    quoted: /"((?:[^"\\\n]|\\[^\n])*)"/y,
    raw: /`([^`]*)`/y,
    operator: /&&|\|\||[=!<>]=|[!<>()[\].,+\-*/]/y,
  };
}

type Patterns = ReturnType<typeof createPatterns>;

/** Go ends a statement at a line break after one of these; so an operator can end a line but not start one. */
const ENDS_STATEMENT: ReadonlySet<string> = new Set([')', ']']);

/**
 * Splits an expression by the lexical rules of Go: identifiers of any letters, strings in double quotes
 * or back-ticks, `//` and `/* *\/` comments, line breaks that end a statement.
 *
 * @see https://go.dev/ref/spec#Lexical_elements
 * @throws RbacError `invalid-expression` with the span of the first character that starts no token
 */
export function tokenize(text: string): readonly Token[] {
  const patterns = createPatterns();
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const start = position;
    const blank = exec(patterns.blanks, text, start);
    const lineEnd = blank === undefined ? exec(patterns.lineEnd, text, start) : undefined;
    if (blank !== undefined || lineEnd !== undefined) {
      const gap = blank?.[0] ?? lineEnd?.[0] ?? '';
      position += gap.length;
      if ((lineEnd !== undefined || gap.includes('\n')) && endsStatement(tokens.at(-1))) {
        tokens.push({ kind: 'newline', text: '\n', start, end: position });
      }
      continue;
    }
    const token = readToken(patterns, text, start);
    if (token === undefined) throw badToken(text, start);
    tokens.push(token);
    position = token.end;
  }
  tokens.push({ kind: 'end', text: '', start: position, end: position });
  return tokens;
}

function exec(sticky: RegExp, text: string, position: number): RegExpExecArray | undefined {
  sticky.lastIndex = position;
  return sticky.exec(text) ?? undefined;
}

function readToken(patterns: Patterns, text: string, start: number): Token | undefined {
  const make = (kind: TokenKind, match: RegExpExecArray, value = match[0]): Token => {
    return { kind, text: value, start, end: start + match[0].length };
  };
  const word = exec(patterns.identifier, text, start);
  if (word !== undefined) return make(KEYWORDS.has(word[0]) ? 'keyword' : 'identifier', word);
  const number = exec(patterns.number, text, start);
  if (number !== undefined) return make('number', number);
  const quoted = exec(patterns.quoted, text, start);
  if (quoted !== undefined) {
    const value = unquoteGoString(quoted[1] ?? '');
    return value === undefined ? undefined : make('string', quoted, value);
  }
  const raw = exec(patterns.raw, text, start);
  if (raw !== undefined) return make('string', raw, (raw[1] ?? '').replaceAll('\r', ''));
  if (text.startsWith('/*', start)) return undefined;
  const operator = exec(patterns.operator, text, start);
  return operator === undefined ? undefined : make('operator', operator);
}

function endsStatement(token: Token | undefined): boolean {
  if (token === undefined || token.kind === 'newline') return false;
  return token.kind === 'operator' ? ENDS_STATEMENT.has(token.text) : token.kind !== 'keyword';
}

function badToken(text: string, position: number): RbacError {
  const char = text.charAt(position);
  const message = text.startsWith('/*', position)
    ? 'The comment that starts here is not closed.'
    : char === '"'
      ? 'The string that starts here is not closed or has a backslash that Go does not know (write \\\\ for a backslash).'
      : char === "'"
        ? 'Single quotes make no string here; use double quotes or back-ticks.'
        : `The character ${JSON.stringify(char)} cannot start anything here.`;
  return new RbacError('invalid-expression', message, {
    span: { start: position, end: position + 1 },
  });
}

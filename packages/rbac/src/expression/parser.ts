import { RbacError } from '../errors.js';
import type { Limits } from '../limits.js';
import type { BinaryOperator, Expression } from './ast.js';
import { type Token, tokenize } from './lexer.js';

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 3],
  ['<=', 3],
  ['>', 3],
  ['>=', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
]);

/** How many operators, dots and calls an expression may have for each allowed level of nesting. */
const LINKS_PER_LEVEL = 12;

/**
 * Parses one expression of the Go grammar: names, strings, numbers, `.`, `[…]`, calls, `!`, binary operators
 * and parentheses. What the names mean, and which operators are allowed, is for the caller to check.
 *
 * @throws RbacError `too-long`, or `invalid-expression` with the span of the token that does not fit
 */
export function parseExpression(text: string, limits: Limits): Expression {
  if (text.length > limits.maxTextLength) {
    throw new RbacError(
      'too-long',
      `The expression has ${text.length} characters; at most ${limits.maxTextLength} are read.`,
    );
  }
  const parser = new Parser(tokenize(text), limits.maxDepth);
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #maxDepth: number;
  #next = 0;
  #depth = 0;
  #links = 0;

  constructor(tokens: readonly Token[], maxDepth: number) {
    this.#tokens = tokens;
    this.#maxDepth = maxDepth;
  }

  parse(): Expression {
    const expression = this.#binary(1);
    if (this.#peek().kind === 'newline') this.#next += 1;
    if (this.#peek().kind !== 'end') throw this.#unexpected('the end of the expression');
    return expression;
  }

  #binary(minimum: number): Expression {
    let left = this.#unary();
    for (;;) {
      const token = this.#peek();
      const precedence = token.kind === 'operator' ? PRECEDENCE.get(token.text) : undefined;
      if (precedence === undefined || precedence < minimum) break;
      this.#next += 1;
      this.#chain();
      const right = this.#nested(() => this.#binary(precedence + 1));
      const span = { start: left.span.start, end: right.span.end };
      const operator = token.text as BinaryOperator; // The keys of PRECEDENCE are these operators.
      left = { kind: 'binary', operator, left, right, span };
    }
    return left;
  }

  #unary(): Expression {
    const token = this.#peek();
    if (token.kind === 'operator' && token.text === '!') {
      this.#next += 1;
      const operand = this.#nested(() => this.#unary());
      return { kind: 'not', operand, span: { start: token.start, end: operand.span.end } };
    }
    return this.#postfix();
  }

  #postfix(): Expression {
    let node = this.#primary();
    for (;;) {
      const start = node.span.start;
      if (this.#accept('.')) {
        const name = this.#peek();
        if (name.kind !== 'identifier') throw this.#unexpected('a name after the dot');
        this.#next += 1;
        node = { kind: 'member', object: node, name: name.text, span: { start, end: name.end } };
      } else if (this.#accept('[')) {
        const index = this.#nested(() => this.#binary(1));
        const end = this.#expect(']');
        node = { kind: 'index', object: node, index, span: { start, end } };
      } else if (this.#accept('(')) {
        const args = this.#arguments();
        const end = this.#expect(')');
        node = { kind: 'call', callee: node, args, span: { start, end } };
      } else return node;
      this.#chain();
    }
  }

  #arguments(): readonly Expression[] {
    const args: Expression[] = [];
    while (!this.#at(')')) {
      args.push(this.#nested(() => this.#binary(1)));
      if (!this.#accept(',')) break;
    }
    return args;
  }

  #primary(): Expression {
    const token = this.#peek();
    const span = { start: token.start, end: token.end };
    if (token.kind === 'identifier') {
      this.#next += 1;
      return { kind: 'identifier', name: token.text, span };
    }
    if (token.kind === 'string') {
      this.#next += 1;
      return { kind: 'string', value: token.text, span };
    }
    if (token.kind === 'number') {
      this.#next += 1;
      return { kind: 'number', text: token.text, span };
    }
    if (this.#accept('(')) {
      const inner = this.#nested(() => this.#binary(1));
      const end = this.#expect(')');
      return { kind: 'group', inner, span: { start: token.start, end } };
    }
    throw this.#unexpected('a name, a string or a parenthesis');
  }

  #nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw this.#tooDeep();
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  /** A chain such as `a || b || c` nests to the left; whoever walks the tree later recurses as deep. */
  #chain(): void {
    this.#links += 1;
    if (this.#links > this.#maxDepth * LINKS_PER_LEVEL) throw this.#tooDeep();
  }

  #tooDeep(): RbacError {
    const message = `The expression nests deeper than ${this.#maxDepth} levels or has too many operators.`;
    return new RbacError('invalid-expression', message, { span: this.#span() });
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    // The lexer ends every list with an `end` token, and nothing moves past it.
    return token ?? { kind: 'end', text: '', start: 0, end: 0 };
  }

  #at(operator: string): boolean {
    const token = this.#peek();
    return token.kind === 'operator' && token.text === operator;
  }

  #accept(operator: string): boolean {
    const found = this.#at(operator);
    if (found) this.#next += 1;
    return found;
  }

  #expect(operator: string): number {
    const { end } = this.#peek();
    if (!this.#accept(operator)) throw this.#unexpected(`"${operator}"`);
    return end;
  }

  #span() {
    const { start, end } = this.#peek();
    return { start, end };
  }

  #unexpected(wanted: string): RbacError {
    const token = this.#peek();
    const seen = {
      end: 'the text ends',
      newline: 'the line ends (an operator must stand at the end of a line, not at the start)',
    };
    const found = token.kind === 'end' || token.kind === 'newline' ? seen[token.kind] : undefined;
    const message = `Expected ${wanted}, but ${found ?? `found ${JSON.stringify(token.text)}`}.`;
    return new RbacError('invalid-expression', message, { span: this.#span() });
  }
}

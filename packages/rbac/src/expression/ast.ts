import type { Span } from '../errors.js';

/** Binary operators of the Go expression grammar that parse; each language then accepts some of them. */
export type BinaryOperator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/';

/** A parsed expression. The three languages of this package differ only in what they make of it. */
export type Expression =
  | { readonly kind: 'identifier'; readonly name: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  | {
      readonly kind: 'member';
      readonly object: Expression;
      readonly name: string;
      readonly span: Span;
    }
  | {
      readonly kind: 'index';
      readonly object: Expression;
      readonly index: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly args: readonly Expression[];
      readonly span: Span;
    }
  | { readonly kind: 'not'; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'group'; readonly inner: Expression; readonly span: Span };

/**
 * The dotted name of an expression made of identifiers only: `user.spec.traits` gives `['user', 'spec', 'traits']`.
 * Undefined for everything else, also for names in parentheses.
 */
export function dottedName(expression: Expression): readonly string[] | undefined {
  const names: string[] = [];
  let node = expression;
  while (node.kind === 'member') {
    names.push(node.name);
    node = node.object;
  }
  if (node.kind !== 'identifier') return undefined;
  names.push(node.name);
  return names.reverse();
}

import { RbacError } from '../errors.js';
import { dottedName, type Expression } from '../expression/ast.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import type { Toolkit } from '../languages/toolkit.js';
import type { Traits } from '../resource-types.js';
import { predicateFunction } from './predicate-functions.js';

/** What a predicate reads. */
export interface PredicateContext {
  readonly labels: ReadonlyMap<string, string>;
  readonly traits: Traits;
  readonly username: string | undefined;
}

type Read<T> = (context: PredicateContext) => T;

/** A part of an expression with its type; `labels` and `traits` are the maps themselves. */
export type Typed =
  | { readonly type: 'boolean'; readonly read: Read<boolean> }
  | { readonly type: 'string'; readonly read: Read<string>; readonly constant?: string | undefined }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'list'; readonly read: Read<readonly string[]> }
  | { readonly type: 'labels' }
  | { readonly type: 'traits' };

/** A pattern met as a string in the expression. */
export interface PatternUse {
  readonly text: string;
  readonly kind: 'value' | 'regexp';
}

const MAX_INTEGER = 2n ** 63n - 1n;

/**
 * Checks the types of a label expression and makes it a function.
 *
 * @throws RbacError `invalid-expression` with the span of the part that does not fit
 */
export function typePredicate(
  expression: Expression,
  kit: Toolkit,
): { readonly predicate: Read<boolean>; readonly patterns: readonly PatternUse[] } {
  const patterns: PatternUse[] = [];

  const type = (node: Expression): Typed => {
    switch (node.kind) {
      case 'group':
        return type(node.inner);
      case 'string':
        return { type: 'string', read: () => node.value, constant: node.value };
      case 'number':
        return { type: 'integer', value: readInteger(node) };
      case 'not': {
        const operand = boolean(node.operand);
        return { type: 'boolean', read: (context) => !operand(context) };
      }
      case 'binary':
        return binary(node);
      case 'call':
        return call(node);
      default:
        return variable(node);
    }
  };

  const boolean = (node: Expression): Read<boolean> => {
    const typed = type(node);
    if (typed.type !== 'boolean')
      throw refuse(node, `A condition is wanted here, not a ${typed.type}`);
    return typed.read;
  };

  const binary = (node: Expression & { kind: 'binary' }): Typed => {
    if (node.operator === '&&' || node.operator === '||') {
      const left = boolean(node.left);
      const right = boolean(node.right);
      return node.operator === '&&'
        ? { type: 'boolean', read: (context) => left(context) && right(context) }
        : { type: 'boolean', read: (context) => left(context) || right(context) };
    }
    if (node.operator !== '==' && node.operator !== '!=') {
      throw refuse(node, `The operator ${node.operator} is not supported`);
    }
    const wanted = node.operator === '==';
    const left = type(node.left);
    const right = type(node.right);
    if (left.type === 'string' && right.type === 'string') {
      const { read: a } = left;
      const { read: b } = right;
      return { type: 'boolean', read: (context) => (a(context) === b(context)) === wanted };
    }
    if (left.type === 'integer' && right.type === 'integer') {
      const result = (left.value === right.value) === wanted;
      return { type: 'boolean', read: () => result };
    }
    throw refuse(node, `A ${left.type} cannot be compared with a ${right.type}`);
  };

  const call = (node: Expression & { kind: 'call' }): Typed => {
    const name = dottedName(node.callee)?.join('.') ?? '';
    const note = (use: PatternUse) => patterns.push(use);
    const result = predicateFunction(name, node.args.map(type), kit, note);
    if (typeof result === 'string') throw refuse(node, result);
    return result;
  };

  const predicate = boolean(expression);
  return { predicate, patterns };

  function variable(node: Expression): Typed {
    const name = dottedName(node)?.join('.');
    if (name === 'labels') return { type: 'labels' };
    if (name === 'user.spec.traits') return { type: 'traits' };
    if (name === 'user.metadata.name') return { type: 'string', read: readUsername };
    if (node.kind === 'member') return lookup(node, type(node.object), () => node.name);
    if (node.kind === 'index') {
      const index = type(node.index);
      if (index.type !== 'string') throw refuse(node.index, 'A name in brackets must be a string');
      return lookup(node, type(node.object), index.read);
    }
    throw refuse(node, `There is nothing called ${JSON.stringify(name ?? '')} here`);
  }
}

function lookup(node: Expression, object: Typed, key: Read<string>): Typed {
  if (object.type === 'labels') {
    return { type: 'string', read: (context) => context.labels.get(key(context)) ?? '' };
  }
  if (object.type === 'traits') {
    return { type: 'list', read: (context) => traitOf(context.traits, key(context)) };
  }
  throw refuse(node, `A ${object.type} has no parts`);
}

function traitOf(traits: Traits, name: string): readonly string[] {
  return Object.hasOwn(traits, name) ? (traits[name] ?? []) : [];
}

function readUsername({ username }: PredicateContext): string {
  if (username === undefined) throw new EvaluationFailure('the name of the user is not known');
  return username;
}

function readInteger(node: Expression & { kind: 'number' }): bigint {
  const value = /^[0-9]{1,19}$/.test(node.text) ? BigInt(node.text) : MAX_INTEGER + 1n;
  if (value > MAX_INTEGER) throw refuse(node, 'A number must be a decimal integer of 64 bits');
  return value;
}

function refuse(node: Expression, message: string): RbacError {
  return new RbacError('invalid-expression', `${message}.`, { span: node.span });
}

import { RbacError } from '../errors.js';
import { dottedName, type Expression } from '../expression/ast.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { parseExpression } from '../expression/parser.js';
import { type Limits, resolveLimits } from '../limits.js';
import { makeSet, PREDICATES } from './where-functions.js';
import {
  isKnownPath,
  readEntry,
  readPath,
  sameValue,
  type WhereContext,
  type WhereScope,
  type WhereValue,
} from './where-values.js';

export type { WhereContext, WhereScope } from './where-values.js';

/** The answer of a condition, or why there is none. */
export type WhereResult =
  | { readonly value: boolean }
  | { readonly error: 'eval'; readonly message: string };

/** A compiled `where` condition of a rule. */
export interface WhereCondition {
  /** The condition as written. */
  readonly text: string;
  /** Decides. Never throws. */
  evaluate(context: WhereContext): WhereResult;
}

/** Options of {@link compileWhere}. */
export interface WhereOptions {
  /** Limits for hostile texts. */
  readonly limits?: Partial<Limits> | undefined;
  /** What the condition is about. Default `rule`. */
  readonly scope?: WhereScope | undefined;
}

type Read = (context: WhereContext) => WhereValue;
type Test = (context: WhereContext) => boolean;

/**
 * Compiles the `where` condition of a rule, such as
 * `contains(user.spec.traits["group"], "prod") && resource.metadata.labels["env"] == "prod"`.
 * Names and functions are checked here, types when it runs: comparing a list with a text is false, not an error.
 *
 * @param text - the condition as the role has it
 * @throws RbacError `invalid-expression` with the span of the fault, `too-long`
 */
export function compileWhere(text: string, options: WhereOptions = {}): WhereCondition {
  const { limits, scope = 'rule' } = options;
  const test = compileTest(parseExpression(text, resolveLimits(limits)), scope);
  return {
    text,
    evaluate: (context) => {
      try {
        return test(context) ? TRUE : FALSE;
      } catch (error) {
        if (error instanceof EvaluationFailure) return { error: 'eval', message: error.message };
        throw error;
      }
    },
  };
}

const TRUE: WhereResult = Object.freeze({ value: true });
const FALSE: WhereResult = Object.freeze({ value: false });

function compileTest(node: Expression, scope: WhereScope): Test {
  if (node.kind === 'group') return compileTest(node.inner, scope);
  if (node.kind === 'not') {
    const operand = compileTest(node.operand, scope);
    return (context) => !operand(context);
  }
  if (node.kind === 'binary') return compileOperator(node, scope);
  if (node.kind === 'call') {
    const name = dottedName(node.callee)?.join('.') ?? '';
    const found = PREDICATES.get(name);
    if (found === undefined) throw refuse(node, `There is no condition ${JSON.stringify(name)}`);
    const { arity, run } = found;
    if (arity === 'any' ? node.args.length === 0 : node.args.length !== arity) {
      throw refuse(node, `${name} wants ${arity === 'any' ? 'at least 1' : arity} arguments`);
    }
    const args = node.args.map((arg) => compileValue(arg, scope));
    return (context) =>
      run(
        args.map((read) => read(context)),
        context,
      );
  }
  throw refuse(node, 'A condition is wanted here');
}

function compileOperator(node: Expression & { kind: 'binary' }, scope: WhereScope): Test {
  const { operator } = node;
  if (operator === '&&' || operator === '||') {
    const left = compileTest(node.left, scope);
    const right = compileTest(node.right, scope);
    return operator === '&&'
      ? (context) => left(context) && right(context)
      : (context) => left(context) || right(context);
  }
  if (operator !== '==' && operator !== '!=') {
    throw refuse(node, `The operator ${operator} is not supported`);
  }
  const wanted = operator === '==';
  const left = compileValue(node.left, scope);
  const right = compileValue(node.right, scope);
  return (context) => sameValue(left(context), right(context)) === wanted;
}

function compileValue(node: Expression, scope: WhereScope): Read {
  if (node.kind === 'group') return compileValue(node.inner, scope);
  if (node.kind === 'string') return () => node.value;
  if (node.kind === 'number') {
    if (!/^[0-9]{1,19}$/.test(node.text)) throw refuse(node, 'A number must be a decimal integer');
    const value = BigInt(node.text);
    return () => value;
  }
  const path = dottedName(node);
  if (path !== undefined) {
    if (!isKnownPath(path, scope))
      throw refuse(node, `There is no field ${JSON.stringify(path.join('.'))}`);
    return (context) => readPath(context, path);
  }
  if (node.kind === 'index') {
    const map = compileValue(node.object, scope);
    const key = compileValue(node.index, scope);
    return (context) => readEntry(map(context), key(context));
  }
  if (node.kind === 'call' && dottedName(node.callee)?.join('.') === 'set') {
    const args = node.args.map((arg) => compileValue(arg, scope));
    return (context) => makeSet(args.map((read) => read(context)));
  }
  throw refuse(node, 'A value is wanted here');
}

function refuse(node: Expression, message: string): RbacError {
  return new RbacError('invalid-expression', `${message}.`, { span: node.span });
}

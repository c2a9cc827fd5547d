import { compileWildcard } from '@postern/config/wildcard';
import { listOf } from './statement.js';
import type { PolicyStatement } from './types.js';

/**
 * What is known of a request by condition key (lower case): its values, an empty list for a key that the request does
 * not have, undefined for what cannot be known from here.
 */
export type ConditionContext = (key: string) => readonly string[] | undefined;

/** Whether the condition of a statement holds, and the keys that leave it open. */
export interface ConditionResult {
  readonly outcome: 'met' | 'unmet' | 'open';
  /** The keys, as written, that cannot be judged; empty unless the outcome is `open`. */
  readonly openKeys: readonly string[];
}

/**
 * Evaluates the condition of a statement operator by operator, as IAM does: all of them must hold. Operators on other
 * things than texts, policy variables and unknown keys leave the result open.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function evaluateCondition(
  statement: PolicyStatement,
  context: ConditionContext,
): ConditionResult {
  const openKeys: string[] = [];
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, values] of Object.entries(keys)) {
      const held = evaluateOperator(
        operator,
        listOf(values).map(String),
        context(key.toLowerCase()),
      );
      if (held === false) return { outcome: 'unmet', openKeys: [] };
      if (held === undefined) openKeys.push(key);
    }
  }
  return { outcome: openKeys.length === 0 ? 'met' : 'open', openKeys: [...new Set(openKeys)] };
}

/** Fits patterns for everything and nothing narrower. */
const STRANGE = '\u0001';

/**
 * Whether a statement applies only for certain values of the keys: with none, and with a value that nobody chose, its
 * condition fails. `StringLike` with a lone star and negated operators demand nothing.
 */
export function demands(statement: PolicyStatement, isKey: (key: string) => boolean): boolean {
  const without = (values: readonly string[]): ConditionContext => {
    return (key) => (isKey(key) ? values : undefined);
  };
  return [[], [STRANGE]].every(
    (values) => evaluateCondition(statement, without(values)).outcome === 'unmet',
  );
}

type Comparison = (value: string, wanted: string) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['stringequals', (value, wanted) => value === wanted],
  ['stringequalsignorecase', (value, wanted) => value.toLowerCase() === wanted.toLowerCase()],
  ['stringlike', (value, wanted) => compileWildcard(wanted)(value)],
  ['arnequals', (value, wanted) => compileWildcard(wanted)(value)],
  ['arnlike', (value, wanted) => compileWildcard(wanted)(value)],
]);

/** Whether one operator holds for one key; undefined when that cannot be told. */
function evaluateOperator(
  written: string,
  wanted: readonly string[],
  values: readonly string[] | undefined,
): boolean | undefined {
  if (values === undefined) return undefined;
  const [, set = '', name = '', ifExists] =
    /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/.exec(written.toLowerCase()) ?? [];
  if (name === 'null') return wanted.includes('true') === (values.length === 0);
  const isNegated = /^(?:string|arn)not/.test(name);
  const compare = COMPARISONS.get(isNegated ? name.replace('not', '') : name);
  if (!compare || wanted.some((value) => value.includes('${'))) return undefined;
  if (values.length === 0) {
    return ifExists !== undefined || set === 'forallvalues' || (isNegated && set === '');
  }
  const fits = (value: string) => wanted.some((one) => compare(value, one)) !== isNegated;
  return set === 'forallvalues' ? values.every(fits) : values.some(fits);
}

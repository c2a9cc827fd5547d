import {
  many,
  type PolicyDocument,
  type PolicyStatement,
  readOperator,
  statementsOf,
} from './policy-document.js';
import { wildcardMatch } from './wildcard.js';

/** Condition keys in lower case, each with its values. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>;

/** A question to policies. */
export interface PolicyQuestion {
  /** `service:Action`. */
  readonly action: string;
  /** ARN of what is acted on; undefined in a trust policy, which names no resource. */
  readonly resource?: string | undefined;
  readonly context: ConditionContext;
  /** How the statement's Principal is tested; without it, statements must have none. */
  readonly matchesPrincipal?:
    | ((principal: NonNullable<PolicyStatement['Principal']>) => boolean)
    | undefined;
}

/**
 * IAM's own rule: an explicit deny wins, then any allow, else the implicit deny.
 */
export function evaluatePolicies(
  documents: readonly PolicyDocument[],
  question: PolicyQuestion,
): 'allow' | 'explicit-deny' | 'implicit-deny' {
  const statements = documents.flatMap(statementsOf).filter((item) => applies(item, question));
  if (statements.some(({ Effect }) => Effect === 'Deny')) return 'explicit-deny';
  return statements.length > 0 ? 'allow' : 'implicit-deny';
}

function applies(statement: PolicyStatement, question: PolicyQuestion): boolean {
  const { Principal: principal } = statement;
  if (question.matchesPrincipal) {
    if (principal === undefined || !question.matchesPrincipal(principal)) return false;
  } else if (principal !== undefined) {
    return false;
  }
  const action = question.action.toLowerCase();
  if (!many(statement.Action).some((text) => wildcardMatch(text.toLowerCase(), action)))
    return false;
  const { resource } = question;
  if (resource !== undefined) {
    if (!many(statement.Resource).some((text) => wildcardMatch(text, resource))) return false;
  }
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, question.context.get(key.toLowerCase()), many(wanted)),
    ),
  );
}

function holds(
  operator: string,
  seen: readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  const { name, set, ifExists } = readOperator(operator);
  if (name === 'Null') return wanted.includes(String(seen === undefined));
  if (seen === undefined || seen.length === 0) {
    // A missing key satisfies only the negated operators, IfExists and ForAllValues.
    return ifExists || set === 'all' || name.startsWith('StringNot');
  }
  if (name.startsWith('StringNot')) {
    const positive = name === 'StringNotLike' ? 'StringLike' : 'StringEquals';
    return seen.every((value) => !wanted.some((text) => compare(positive, text, value)));
  }
  const matches = (value: string) => wanted.some((text) => compare(name, text, value));
  return set === 'all' ? seen.every(matches) : seen.some(matches);
}

function compare(name: string, wanted: string, value: string): boolean {
  switch (name) {
    case 'StringEquals':
      return wanted === value;
    case 'StringEqualsIgnoreCase':
    case 'Bool':
      return wanted.toLowerCase() === value.toLowerCase();
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return wildcardMatch(wanted, value);
    default:
      return false;
  }
}

/** One value or a list of them, as IAM writes both. */
export type OneOrMany = string | readonly string[];

/** A statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany>> | undefined;
  readonly Action: OneOrMany;
  readonly Resource?: OneOrMany | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>> | undefined;
}

/** An IAM policy document: the part of the language the stand-in evaluates, and nothing else. */
export interface PolicyDocument {
  readonly Version?: string | undefined;
  readonly Id?: string | undefined;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

const STATEMENT_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'Resource',
  'Condition',
]);

const OPERATORS = new Set([
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnLike',
  'Bool',
  'Null',
]);

/** The operator without `ForAnyValue:`, `ForAllValues:` and `IfExists`. */
export function readOperator(text: string): {
  readonly name: string;
  readonly set: 'any' | 'all' | undefined;
  readonly ifExists: boolean;
} {
  const set = text.startsWith('ForAnyValue:')
    ? 'any'
    : text.startsWith('ForAllValues:')
      ? 'all'
      : undefined;
  const rest = text.replace(/^For(Any|All)Values?:/, '');
  const ifExists = rest.endsWith('IfExists');
  return { name: ifExists ? rest.slice(0, -'IfExists'.length) : rest, set, ifExists };
}

/** The list form of a value that may be single. */
export function many(value: OneOrMany | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** The statements as a list. */
export function statementsOf(document: PolicyDocument): readonly PolicyStatement[] {
  const { Statement } = document;
  return isList(Statement) ? Statement : [Statement];
}

function isList(
  value: PolicyStatement | readonly PolicyStatement[],
): value is readonly PolicyStatement[] {
  return Array.isArray(value);
}

/**
 * Finds what the evaluator could not honour. A judge must not skip what it does not understand.
 *
 * @param document any value, also untrusted JSON
 * @returns the first problem in words, or undefined when every part is understood
 */
export function findPolicyProblem(document: unknown): string | undefined {
  if (!isRecord(document)) return 'The policy is not an object.';
  const { Version, Statement } = document;
  if (Version !== undefined && Version !== '2012-10-17') return 'Version must be 2012-10-17.';
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0) return 'The policy has no statement.';
  for (const statement of statements) {
    const problem = findStatementProblem(statement);
    if (problem) return problem;
  }
  return undefined;
}

function findStatementProblem(statement: unknown): string | undefined {
  if (!isRecord(statement)) return 'A statement is not an object.';
  const foreign = Object.keys(statement).find((name) => !STATEMENT_MEMBERS.has(name));
  if (foreign !== undefined) return `The statement member ${foreign} is not supported.`;
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    return 'Effect must be Allow or Deny.';
  }
  if (!isOneOrMany(statement.Action))
    return 'Action must be text or a list of text, without policy variables.';
  if (statement.Resource !== undefined && !isOneOrMany(statement.Resource)) {
    return 'Resource must be text or a list of text, without policy variables.';
  }
  const { Principal: principal, Condition: condition } = statement;
  if (principal !== undefined && principal !== '*') {
    if (!isRecord(principal) || !Object.values(principal).every(isOneOrMany)) {
      return 'Principal must be "*" or an object of text or lists.';
    }
  }
  return condition === undefined ? undefined : findConditionProblem(condition);
}

function findConditionProblem(condition: unknown): string | undefined {
  if (!isRecord(condition)) return 'Condition is not an object.';
  for (const [operator, keys] of Object.entries(condition)) {
    if (!OPERATORS.has(readOperator(operator).name)) {
      return `The condition operator ${operator} is not supported.`;
    }
    if (!isRecord(keys) || !Object.values(keys).every(isOneOrMany)) {
      return `The condition ${operator} must hold text or lists.`;
    }
  }
  return undefined;
}

function isOneOrMany(value: unknown): boolean {
  const isText = (item: unknown) => typeof item === 'string' && !item.includes('${');
  if (typeof value === 'string') return isText(value);
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { BuiltPolicy, OneOrMany, PolicyStatement, PolicyWarning } from './types.js';

/** A list as IAM writes it: duplicates removed, order kept, a list of one as text. */
export function collapse(values: readonly string[]): OneOrMany<string> {
  const unique = [...new Set(values)];
  const [first] = unique;
  return first !== undefined && unique.length === 1 ? first : unique;
}

/** The list behind text or list; empty for undefined. */
export function listOf<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  // The cast follows the check: Array.isArray does not narrow readonly lists.
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** One statement as a document. */
export function single(
  statement: PolicyStatement,
  warnings: readonly PolicyWarning[] = [],
): BuiltPolicy {
  return { document: { Version: '2012-10-17', Statement: [statement] }, warnings };
}

/** A copy with the members in the order in which IAM documents are usually written. */
export function inOrder(statement: PolicyStatement): PolicyStatement {
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction } = statement;
  const { Resource, NotResource, Condition } = statement;
  return {
    ...(Sid === undefined ? {} : { Sid }),
    Effect,
    ...(Principal === undefined ? {} : { Principal }),
    ...(NotPrincipal === undefined ? {} : { NotPrincipal }),
    ...(Action === undefined ? {} : { Action }),
    ...(NotAction === undefined ? {} : { NotAction }),
    ...(Resource === undefined ? {} : { Resource }),
    ...(NotResource === undefined ? {} : { NotResource }),
    ...(Condition === undefined ? {} : { Condition }),
  };
}

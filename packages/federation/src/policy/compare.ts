import { listOf } from './statement.js';
import type { PolicyDocument, PolicyPrincipal, PolicyStatement } from './types.js';

/**
 * Whether two documents mean the same: order of statements, members and lists, single texts against lists of one, case
 * of actions, Sid and Id make no difference. It compares what is written; it does not unfold wildcards.
 */
export function policiesEqual(a: PolicyDocument, b: PolicyDocument): boolean {
  const text = (document: PolicyDocument) =>
    JSON.stringify([
      document.Version ?? '2008-10-17',
      uniqueSorted(document.Statement.map((statement) => wholeKey(statement))),
    ]);
  return text(a) === text(b);
}

/** Everything of a statement but its resources and its Sid: statements with the same scope may share resources. */
export function scopeKey(statement: PolicyStatement): string {
  return JSON.stringify([
    statement.Effect,
    principalKey(statement.Principal),
    principalKey(statement.NotPrincipal),
    actionKey(statement.Action),
    actionKey(statement.NotAction),
    conditionKey(statement),
  ]);
}

/** Everything of a statement but its Sid. */
export function wholeKey(statement: PolicyStatement): string {
  return JSON.stringify([
    scopeKey(statement),
    listKey(statement.Resource),
    listKey(statement.NotResource),
  ]);
}

function actionKey(value: PolicyStatement['Action']): unknown {
  return value === undefined
    ? null
    : uniqueSorted(listOf(value).map((action) => action.toLowerCase()));
}

function listKey(value: PolicyStatement['Resource']): unknown {
  return value === undefined ? null : uniqueSorted(listOf(value));
}

function principalKey(principal: PolicyPrincipal | undefined): unknown {
  if (principal === undefined || typeof principal === 'string') return principal ?? null;
  return sortedEntries(principal).map(([type, names]) => [type, uniqueSorted(listOf(names))]);
}

function conditionKey({ Condition }: PolicyStatement): unknown {
  return sortedEntries(Condition ?? {}).map(([operator, keys]) => [
    operator,
    sortedEntries(keys).map(([key, values]) => [key, uniqueSorted(listOf(values).map(String))]),
  ]);
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function uniqueSorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

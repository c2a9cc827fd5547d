import { compileWildcard } from '@postern/config/wildcard';
import { listOf } from './statement.js';
import type { PolicyStatement } from './types.js';

/** Whether the actions of a statement include one; wildcards and NotAction count, case does not. */
export function coversAction(statement: PolicyStatement, action: string): boolean {
  const wanted = action.toLowerCase();
  const fits = (patterns: PolicyStatement['Action']) =>
    listOf(patterns).some((pattern) => compileWildcard(pattern.toLowerCase())(wanted));
  return statement.NotAction === undefined ? fits(statement.Action) : !fits(statement.NotAction);
}

/** Whether the resources of a statement include one; wildcards and NotResource count. */
export function coversResource(statement: PolicyStatement, resource: string): boolean {
  const fits = (patterns: PolicyStatement['Resource']) =>
    listOf(patterns).some((pattern) => compileWildcard(pattern)(resource));
  return statement.NotResource === undefined
    ? fits(statement.Resource)
    : !fits(statement.NotResource);
}

/** How a principal element names a caller. */
export type PrincipalFit = 'exact' | 'account' | 'anyone' | 'other-partition' | 'none';

/** How the principals of one type in a statement name a caller (an ARN). */
export function fitPrincipal(
  statement: PolicyStatement,
  type: 'AWS' | 'Federated',
  caller: string,
): PrincipalFit {
  const { Principal } = statement;
  if (Principal === undefined) return 'none';
  const names = typeof Principal === 'string' ? [Principal] : listOf(Principal[type]);
  const [, , , , account = '', ...resource] = caller.split(':');
  const tail = `:${account}:${resource.join(':')}`;
  const isAccount = (name: string) =>
    name === account || name === `${caller.split(':').slice(0, 5).join(':')}:root`;
  if (names.includes(caller)) return 'exact';
  if (type === 'AWS' && names.some(isAccount)) return 'account';
  if (names.includes('*')) return 'anyone';
  const elsewhere = (name: string) => name.startsWith('arn:') && name.endsWith(tail);
  return names.some(elsewhere) ? 'other-partition' : 'none';
}

/** The values of a condition key, over all operators; undefined when no operator names the key. */
export function conditionValues(
  statement: PolicyStatement,
  key: string,
): readonly string[] | undefined {
  const wanted = key.toLowerCase();
  const found = Object.values(statement.Condition ?? {}).flatMap((keys) =>
    Object.entries(keys).filter(([name]) => name.toLowerCase() === wanted),
  );
  return found.length === 0 ? undefined : found.flatMap(([, values]) => listOf(values).map(String));
}

/** The condition keys of a statement that are none of those given. */
export function otherConditionKeys(
  statement: PolicyStatement,
  known: readonly string[],
): readonly string[] {
  const lower = known.map((key) => key.toLowerCase());
  return Object.values(statement.Condition ?? {})
    .flatMap((keys) => Object.keys(keys))
    .filter((key) => !lower.includes(key.toLowerCase()));
}

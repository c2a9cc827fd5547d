import type { Plan } from '../role/plan.js';
import type { AppTable } from './app-table.js';

/** Index of the first role that denies the ARN by its text, by a wildcard or by a variable of the app; -1 for none. */
export function denyingIndex(plan: Plan, table: AppTable, roleArn: string, exact: number): number {
  let first = exact;
  const offer = (index: number | undefined) => {
    if (index !== undefined && (first < 0 || index < first)) first = index;
  };
  offer(table.appArns.deny.get(roleArn));
  offer(
    plan.wildDeny.find(({ deny }) => deny.arnPatterns.some(({ test }) => test(roleArn)))?.index,
  );
  return first;
}

/** Roles that list the ARN by its text, by a wildcard or by a variable of the app, in order. */
export function listing(
  plan: Plan,
  table: AppTable,
  roleArn: string,
  exact: readonly number[],
): readonly number[] {
  const found = new Set([...exact, ...(table.appArns.allow.get(roleArn) ?? [])]);
  for (const { index, allow } of plan.wildAllow) {
    if (allow.arnPatterns.some(({ test }) => test(roleArn))) found.add(index);
  }
  return [...found].sort((a, b) => a - b);
}

import type { BoundRole, Plan } from '../role/plan.js';
import type { AppTable } from './app-table.js';

/** The first role that denies the ARN by its text, by a wildcard or by a variable of the app. */
export function denyingRole(
  plan: Plan,
  table: AppTable,
  roleArn: string,
  exact: BoundRole | undefined,
): BoundRole | undefined {
  const wild = plan.wildDeny.find(({ deny }) => deny.arnPatterns.some(({ test }) => test(roleArn)));
  return [exact, table.appArns.deny.get(roleArn), wild]
    .filter((role) => role !== undefined)
    .sort((a, b) => a.index - b.index)[0];
}

/** Roles that list the ARN by its text, by a wildcard or by a variable of the app, in order. */
export function listingRoles(
  plan: Plan,
  table: AppTable,
  roleArn: string,
  exact: readonly BoundRole[],
): readonly BoundRole[] {
  const found = new Set([...exact, ...(table.appArns.allow.get(roleArn) ?? [])]);
  for (const role of plan.wildAllow) {
    if (role.allow.arnPatterns.some(({ test }) => test(roleArn))) found.add(role);
  }
  return [...found].sort((a, b) => a.index - b.index);
}

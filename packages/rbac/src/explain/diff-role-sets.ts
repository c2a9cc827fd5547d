import { listAwsRoleArns } from '../access/list-aws-role-arns.js';
import type { AwsRoleChoice } from '../access/to-aws-role-choices.js';
import type { App } from '../resource-types.js';
import { planOf, type RoleSet } from '../role/role-set.js';

/** What changes for one app. */
export interface AppDifference {
  /** Name of the app. */
  readonly app: string;
  /** AWS roles that can be used after, not before. */
  readonly gained: readonly AwsRoleChoice[];
  /** AWS roles that could be used before, not after. */
  readonly lost: readonly AwsRoleChoice[];
}

/** What changes from one role set to another. */
export interface RoleSetDifference {
  /** Roles held after, not before. */
  readonly addedRoles: readonly string[];
  /** Roles held before, not after. */
  readonly removedRoles: readonly string[];
  /** Apps with a change; apps without one are left out. */
  readonly apps: readonly AppDifference[];
  /** Longest session, in milliseconds; infinite when no role limits it. */
  readonly maxSessionTtlMs: { readonly before: number; readonly after: number };
  /** Whether some role wants MFA at each session. */
  readonly sessionMfa: { readonly before: boolean; readonly after: boolean };
}

/**
 * Compares two role sets, usually of one user before and after a change: roles, session length, MFA, and for each app the AWS
 * roles gained and lost (MFA taken as done).
 *
 * @param before - the roles as they are
 * @param after - the roles as they would be
 * @param apps - the apps to compare. Default: none
 */
export function diffRoleSets(
  before: RoleSet,
  after: RoleSet,
  apps: readonly App[] = [],
): RoleSetDifference {
  return {
    addedRoles: after.roles.filter((role) => !before.roles.includes(role)),
    removedRoles: before.roles.filter((role) => !after.roles.includes(role)),
    apps: apps
      .map((app) => {
        const old = listAwsRoleArns(before, app);
        const now = listAwsRoleArns(after, app);
        return { app: app.metadata.name, gained: without(now, old), lost: without(old, now) };
      })
      .filter(({ gained, lost }) => gained.length > 0 || lost.length > 0),
    maxSessionTtlMs: { before: longestSession(before), after: longestSession(after) },
    sessionMfa: { before: before[planOf].anyMfa, after: after[planOf].anyMfa },
  };
}

function without(
  choices: readonly AwsRoleChoice[],
  others: readonly AwsRoleChoice[],
): readonly AwsRoleChoice[] {
  const arns = new Set(others.map(({ arn }) => arn));
  return choices.filter(({ arn }) => !arns.has(arn));
}

function longestSession(roles: RoleSet): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...roles[planOf].roles.map(({ role }) => role.maxSessionTtlMs),
  );
}

import type { Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { LockMode } from './lock.js';

/**
 * The lock mode of a user: `strict` in any role wins, otherwise the last role that sets one replaces the default (so a
 * role can relax a strict default).
 *
 * @param defaultMode - the mode of the cluster
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * const mode = resolveLockMode(roles, 'best_effort'); // what an outdated list of locks means for this user
 * ```
 */
export function resolveLockMode(roles: RoleSet, defaultMode: LockMode): LockMode {
  return lockModeOf(roles[planOf], defaultMode);
}

/** {@link resolveLockMode} for prepared roles. */
export function lockModeOf(plan: Plan, defaultMode: LockMode): LockMode {
  let mode = defaultMode;
  for (const { role } of plan.roles) {
    if (role.lockMode === 'strict') return 'strict';
    mode = role.lockMode ?? mode;
  }
  return mode;
}

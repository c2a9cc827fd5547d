import type { RequestThreshold } from '../resource-types.js';
import { parsed } from '../role/compiled-role.js';
import type { Plan } from '../role/plan.js';
import { requestingRoles } from './can-request-role.js';

const DEFAULT_THRESHOLD: RequestThreshold = Object.freeze({ name: 'default', approve: 1, deny: 1 });

/**
 * The thresholds for a request: each held role that allows asking for a role adds one set for it; a role without thresholds adds
 * the default of one approval or one denial.
 */
export function collectThresholds(plan: Plan, names: readonly string[]) {
  const thresholds: RequestThreshold[] = [];
  const indexOf = (threshold: RequestThreshold): number => {
    const { name, filter, approve, deny } = threshold;
    const found = thresholds.findIndex((other) => {
      return (
        other.name === name &&
        other.filter === filter &&
        other.approve === approve &&
        other.deny === deny
      );
    });
    return found >= 0 ? found : thresholds.push(threshold) - 1;
  };
  const roleThresholds: Record<string, readonly (readonly number[])[]> = Object.create(null);
  for (const name of names) {
    const granting = requestingRoles(plan, name);
    const sets = granting.map((role) => {
      const own = role[parsed].allow.request.thresholds;
      return (own.length === 0 ? [DEFAULT_THRESHOLD] : own).map(indexOf);
    });
    // A role that came from a search is granted by no name; the default guards it.
    roleThresholds[name] = sets.length === 0 ? [[indexOf(DEFAULT_THRESHOLD)]] : sets;
  }
  return { thresholds, roleThresholds };
}

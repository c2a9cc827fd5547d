import { checkLocks, type LockCheck } from '../locks/check-locks.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { AccessDecision } from './decision.js';
import type { AppAccessQuery } from './evaluate-app-access.js';
import { evaluateRoleArn } from './evaluate-state.js';

/** A question about an AWS role of an app. */
export interface AwsAccessQuery extends AppAccessQuery {
  /** ARN of the IAM role, compared as text. */
  readonly roleArn: string;
  /** The time of the question; locks may have run out. */
  readonly now: Date;
  /** Locks to look at first. Default: none. */
  readonly locks?: LockCheck | undefined;
}

/**
 * Decides whether a user may assume an IAM role through an app. The order is fixed: locks, the list of resources
 * the session is limited to, MFA for everything, the deny parts of all roles, the allow parts in their order;
 * the first grant wins unless MFA or the device is open, then the strictest granting role does.
 *
 * Of one role labels, expression and ARN must all allow; of a deny part any one is enough. ARNs are compared as
 * text and only for AWS apps. Never throws. The decision is frozen and may be the same object for the same question.
 *
 * @param roles - the roles of the user
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * declare const app: App;
 * const roleArn = 'arn:aws:iam::111122223333:role/ReadOnly';
 * const decision = evaluateAwsAccess(roles, { app, roleArn, now: new Date() });
 * if (decision.decision === 'deny') throw new Error(explainDecision(decision));
 * ```
 */
export function evaluateAwsAccess(roles: RoleSet, query: AwsAccessQuery): AccessDecision {
  const plan = roles[planOf];
  if (query.locks !== undefined) {
    const locked = checkLocks(plan, query.locks, query.now);
    if (locked !== undefined) return locked;
  }
  return evaluateRoleArn(plan, query.app, query.roleArn, query.state);
}

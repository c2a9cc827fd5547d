import type { App } from '../resource-types.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { AccessState } from './access-state.js';
import type { AccessDecision } from './decision.js';
import { evaluateState } from './evaluate-state.js';

/** A question about an app. */
export interface AppAccessQuery {
  /** The app. It may be kept and asked about again; freeze it for the fastest decisions. */
  readonly app: App;
  /** What is known about the session. Default: nothing special. */
  readonly state?: AccessState | undefined;
}

/**
 * Decides whether a user may reach an app at all, whatever the AWS role: labels and expressions of
 * the roles, MFA and device, as `evaluateAwsAccess` does it, without the role ARN.
 *
 * Never throws. The decision is frozen and may be the same object for the same question.
 *
 * @param roles - the roles of the user
 */
export function evaluateAppAccess(roles: RoleSet, query: AppAccessQuery): AccessDecision {
  return evaluateState(roles[planOf], query.app, undefined, query.state);
}

import { type AccessDecision, type Reason, sourceOf } from '../access/decision.js';
import { parsed } from '../role/compiled-role.js';
import { describeRole, type RoleExplanation } from './describe-role.js';

/** A decision with everything that led to it. */
export interface DecisionExplanation {
  readonly decision: AccessDecision['decision'];
  readonly code: AccessDecision['code'];
  /** What decided. */
  readonly reasons: readonly Reason[];
  /** Name of the user; absent for a decision this copy of the package did not make. */
  readonly user?: string | undefined;
  /** Name of the app; absent when the decision is about none. */
  readonly app?: string | undefined;
  /** Labels of the app at the time, dynamic ones included. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The AWS role asked for. */
  readonly roleArn?: string | undefined;
  /**
   * What each role held makes of the question, in order; the built-in role is left out. Every role is looked at, also those
   * that did not have to be for the decision.
   */
  readonly roles: readonly RoleExplanation[];
}

/**
 * Explains a decision about an app as data: for every role the first condition that failed, the value seen, what the
 * role wanted, and the values that were lost when the user's traits were filled in. Slow on purpose: nothing of it is
 * computed before somebody asks.
 *
 * @param decision - from `evaluateAwsAccess`, `evaluateAppAccess` or `evaluateRule`; a copy of one explains less
 */
export function describeDecision(decision: AccessDecision): DecisionExplanation {
  const { decision: effect, code, reasons } = decision;
  const source = sourceOf(decision);
  if (source === undefined) return { decision: effect, code, reasons, roles: [] };
  const { plan, table, roleArn } = source;
  const user = plan.user.name;
  if (table === undefined) return { decision: effect, code, reasons, user, roles: [] };
  const labels: Record<string, string> = Object.create(null);
  for (const [key, value] of table.labels) labels[key] = value;
  const roles = plan.roles
    .filter(({ role }) => !role[parsed].isImplicit)
    .map((role) => describeRole(role, table, source));
  return { decision: effect, code, reasons, user, app: table.name, labels, roleArn, roles };
}

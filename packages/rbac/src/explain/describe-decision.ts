import { type AccessDecision, type Reason, sourceOf } from '../access/decision.js';
import type { DecisionSource } from '../access/decision-source.js';
import { quote } from '../access/reasons.js';
import { parsed } from '../role/compiled-role.js';
import { describeRole, type RoleExplanation } from './describe-role.js';
import { describeRules } from './describe-rules.js';

/** A decision with everything that led to it. */
export interface DecisionExplanation {
  readonly decision: AccessDecision['decision'];
  readonly code: AccessDecision['code'];
  /** What decided. */
  readonly reasons: readonly Reason[];
  /** Name of the user; absent for a copy of a decision, about which nothing more is known. */
  readonly user?: string | undefined;
  /** Name of the app; absent when the decision is about none. */
  readonly app?: string | undefined;
  /** Labels of the app at the time, dynamic ones included. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The AWS role asked for. */
  readonly roleArn?: string | undefined;
  /** Kind of configuration object asked about. */
  readonly resource?: string | undefined;
  /** What was to be done with it. */
  readonly verb?: string | undefined;
  /**
   * What each role held makes of the question, in order; the built-in role is left out. Every role is looked at, also those
   * that did not have to be for the decision. Empty when locks decided.
   */
  readonly roles: readonly RoleExplanation[];
  /** One sentence, when the order of the roles decided: a role that cannot be evaluated comes before one that grants. */
  readonly note?: string | undefined;
}

/**
 * Explains a decision as data: for every role the first condition that failed, the value seen, what the
 * role wanted, and the values that were lost when the traits of the user were filled in. Slow on purpose: nothing of it is
 * computed before somebody asks.
 *
 * @param decision - from `evaluateAwsAccess`, `evaluateAppAccess` or `evaluateRule`; a copy of one explains less
 */
export function describeDecision(decision: AccessDecision): DecisionExplanation {
  const { decision: effect, code, reasons } = decision;
  const found = { decision: effect, code, reasons };
  const source = sourceOf(decision);
  if (source === undefined) return { ...found, roles: [] };
  const { plan, table, roleArn, rule } = source;
  const user = plan.user.name;
  const roles = describeRoles(source);
  const note = orderNote(decision, source, roles);
  if (rule !== undefined) {
    return { ...found, user, resource: rule.resource, verb: rule.verb, roles, note };
  }
  if (table === undefined) return { ...found, user, roles };
  const labels: Record<string, string> = Object.create(null);
  for (const [key, value] of table.labels) labels[key] = value;
  return { ...found, user, app: table.name, labels, roleArn, roles, note };
}

function describeRoles(source: DecisionSource): readonly RoleExplanation[] {
  const { plan, table, rule } = source;
  const losses = [...plan.warnings, ...(table?.appArns.lost ?? [])];
  return plan.roles.flatMap((bound) => {
    const { name } = bound.role;
    if (bound.role[parsed].isImplicit || (table === undefined && rule === undefined)) return [];
    const found =
      rule !== undefined
        ? describeRules(bound, plan, rule)
        : table && describeRole(bound, table, source);
    if (found === undefined) return [];
    return [{ role: name, ...found, lost: losses.filter(({ role }) => role === name) }];
  });
}

function orderNote(
  { code, reasons: [reason] }: AccessDecision,
  { table }: DecisionSource,
  roles: readonly RoleExplanation[],
): string | undefined {
  // An error in a deny part and one in a strict role deny wherever they stand.
  const isStrict = table?.firstStrictError !== undefined;
  if (code !== 'bad-role' || reason === undefined || isStrict) return undefined;
  const bad = roles.findIndex(({ role, outcome, side }) => {
    return role === reason.role && outcome === 'broken' && side === 'allow';
  });
  const late = bad < 0 ? undefined : roles.slice(bad).find(({ outcome }) => outcome === 'grants');
  if (late === undefined) return undefined;
  return `Role ${quote(late.role)} would allow it, but role ${quote(reason.role)} comes first and cannot be evaluated.`;
}

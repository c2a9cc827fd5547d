import { planOf, type RoleSet } from '../role/role-set.js';
import { type AccessDecision, allow, deny, only } from './decision.js';
import { NO_APP } from './decision-source.js';
import { matchRules, ruleContext } from './match-rules.js';
import { lostValue, quote } from './reasons.js';

/** What the conditions of rules may look at besides the user. */
export interface RuleContext {
  /** The object the request is about. Default: none, its fields are empty. */
  readonly resource?: unknown;
  /** Answers `can_view()` for the object. Default: calling it is an error. */
  readonly canView?: (() => boolean) | undefined;
}

/** A question about a configuration object. */
export interface RuleQuery {
  /** Kind, such as `role` or `integration`. */
  readonly resource: string;
  /** Verb, such as `list`, `read` or `use`. */
  readonly verb: string;
  /** Object and helpers. Default: none. */
  readonly context?: RuleContext | undefined;
  /**
   * Ask whether there could be anything, as menus do: conditions of allow rules count as true, those of deny rules as
   * false. Default false.
   */
  readonly ignoreConditions?: boolean | undefined;
}

/**
 * Decides whether a user may do something with a kind of configuration object: a deny rule of any role wins, then the
 * first allow rule in the order of the roles grants. A condition that fails is an explicit denial, also in a rule for
 * another verb of the same kind. Never throws.
 *
 * @param roles - the roles of the user
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * const mayUse = evaluateRule(roles, { resource: 'integration', verb: 'use' }).decision === 'allow';
 * ```
 */
export function evaluateRule(roles: RoleSet, query: RuleQuery): AccessDecision {
  const plan = roles[planOf];
  const source = { ...NO_APP, plan, rule: query };
  if (plan.strictLoss !== undefined) return deny('bad-role', lostValue(plan.strictLoss), source);
  const context = ruleContext(plan, query);
  for (const side of ['deny', 'allow'] as const) {
    for (const role of plan.roles) {
      const hit = matchRules(role, side, query, context);
      if (hit === undefined) continue;
      const { name } = role.role;
      const place = `${side} rule at ${hit.rule.pointer}`;
      if (hit.problem !== undefined) {
        const message = `Role ${quote(name)} cannot be evaluated: the condition of its ${place} fails: ${hit.problem}`;
        return deny('bad-role', only('deny', name, 'rules', message), source);
      }
      const what = `${quote(query.verb)} on ${quote(query.resource)}`;
      if (side === 'deny') {
        const message = `Role ${quote(name)} denies ${what} (${place}).`;
        return deny('explicit-deny', only('deny', name, 'rules', message), source);
      }
      return allow(
        only('allow', name, 'rules', `Role ${quote(name)} allows ${what} (${place}).`),
        source,
      );
    }
  }
  return deny('no-allow', undefined, source);
}

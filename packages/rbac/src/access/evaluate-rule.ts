import type { CompiledRule } from '../role/compile-rules.js';
import { parsed } from '../role/compiled-role.js';
import type { BoundRole, Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { WhereContext } from '../where/compile-where.js';
import { type AccessDecision, allow, deny, only } from './decision.js';
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
  const source = { plan, table: undefined, roleArn: undefined, mfaOpen: false, deviceOpen: false };
  if (plan.strictLoss !== undefined) return deny('bad-role', lostValue(plan.strictLoss), source);
  const context = { ...query.context, user: userDocument(plan) };
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

function userDocument({ user }: Plan): unknown {
  const { name, traits, document } = user;
  return {
    ...document,
    metadata: { ...document.metadata, name },
    spec: { ...document.spec, traits },
  };
}

interface Hit {
  readonly rule: CompiledRule;
  /** Why the condition fails; absent when the rule matches. */
  readonly problem: string | undefined;
}

/** Rules that name the kind are tried before rules for every kind. */
function matchRules(
  { role }: BoundRole,
  side: 'allow' | 'deny',
  query: RuleQuery,
  context: WhereContext,
): Hit | undefined {
  const { rules } = role[parsed][side];
  for (const resource of new Set([query.resource, '*'])) {
    for (const rule of rules) {
      if (!rule.resources.includes(resource)) continue;
      // The condition comes before the verb: a broken one blocks the whole kind.
      const condition = evaluateCondition(rule, side, query, context);
      if (typeof condition === 'string') return { rule, problem: condition };
      if (condition && coversVerb(rule.verbs, query.verb)) return { rule, problem: undefined };
    }
  }
  return undefined;
}

function evaluateCondition(
  rule: CompiledRule,
  side: 'allow' | 'deny',
  query: RuleQuery,
  context: WhereContext,
): boolean | string {
  if (rule.whereText === '') return true;
  if (query.ignoreConditions === true) return side === 'allow';
  if (rule.where === undefined) return rule.problem?.message ?? 'it does not parse';
  const result = rule.where.evaluate(context);
  return 'error' in result ? result.message : result.value;
}

function coversVerb(verbs: readonly string[], verb: string): boolean {
  return (
    verbs.includes('*') ||
    verbs.includes(verb) ||
    (verb === 'readnosecrets' && verbs.includes('read'))
  );
}

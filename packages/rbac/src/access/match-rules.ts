import type { CompiledRule } from '../role/compile-rules.js';
import { type CompiledRole, parsed } from '../role/compiled-role.js';
import type { BoundRole, Plan } from '../role/plan.js';
import type { WhereContext } from '../where/compile-where.js';
import type { RuleQuery } from './evaluate-rule.js';
import { IMPLICIT_RULES } from './implicit-rules.js';

/** What the rules of one side of a role make of a question. */
export interface RuleHit {
  readonly rule: CompiledRule;
  /** Why the condition fails; absent when the rule matches. */
  readonly problem: string | undefined;
}

/** What conditions may look at. */
export function ruleContext({ user }: Plan, { context }: RuleQuery): WhereContext {
  const { name, traits, document } = user;
  const metadata = { ...document.metadata, name };
  return { ...context, user: { ...document, metadata, spec: { ...document.spec, traits } } };
}

/** The rules of one side; those of the built-in role stand apart from it. */
export function rulesOf(role: CompiledRole, side: 'allow' | 'deny'): readonly CompiledRule[] {
  const isBuiltIn = side === 'allow' && role[parsed].isImplicit;
  return isBuiltIn ? IMPLICIT_RULES : role[parsed][side].rules;
}

/** The rule that speaks, if any. Rules that name the kind are tried before rules for every kind. */
export function matchRules(
  { role }: BoundRole,
  side: 'allow' | 'deny',
  query: RuleQuery,
  context: WhereContext,
): RuleHit | undefined {
  const rules = rulesOf(role, side);
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
  if (rule.where === undefined) return true;
  if (query.ignoreConditions === true) return side === 'allow';
  const result = rule.where.evaluate(context);
  return 'error' in result ? result.message : result.value;
}

/** Whether one of the verbs of a rule is the one asked for. */
export function coversVerb(verbs: readonly string[], verb: string): boolean {
  return (
    verbs.includes('*') ||
    verbs.includes(verb) ||
    (verb === 'readnosecrets' && verbs.includes('read'))
  );
}

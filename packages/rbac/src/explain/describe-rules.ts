import type { RuleQuery } from '../access/evaluate-rule.js';
import { coversVerb, matchRules, type RuleHit, ruleContext } from '../access/match-rules.js';
import { code, plain, quote } from '../access/reasons.js';
import { parsed } from '../role/compiled-role.js';
import type { BoundRole, Plan } from '../role/plan.js';
import type { Finding } from './describe-role.js';

/** What the rules of one role make of a question about a configuration object. */
export function describeRules(bound: BoundRole, plan: Plan, query: RuleQuery): Finding {
  const context = ruleContext(plan, query);
  for (const side of ['deny', 'allow'] as const) {
    const hit = matchRules(bound, side, query, context);
    if (hit !== undefined) return describeHit(hit, side);
  }
  const rules = bound.role[parsed].allow.rules.filter(({ resources }) => {
    return resources.includes(query.resource) || resources.includes('*');
  });
  const found = { side: 'allow', outcome: 'lacks', condition: 'rules' } as const;
  const [conditional] = rules.filter(({ verbs }) => coversVerb(verbs, query.verb));
  if (conditional !== undefined) {
    const { pointer, whereText } = conditional;
    const message = `the condition of its allow rule at ${pointer} is false: ${code(whereText)}`;
    return { ...found, wanted: [whereText], message };
  }
  const wanted = [...new Set(rules.flatMap(({ verbs }) => verbs))];
  const message =
    rules.length === 0
      ? `it has no allow rule for ${quote(query.resource)}`
      : `its allow rules for ${quote(query.resource)} have the verbs ${wanted.map(plain).join(', ')}, not ${quote(query.verb)}`;
  return { ...found, seen: query.verb, wanted, message };
}

function describeHit({ rule, problem }: RuleHit, side: 'allow' | 'deny'): Finding {
  const place = `${side} rule at ${rule.pointer}`;
  const found = { side, condition: 'rules', wanted: [] } as const;
  if (problem !== undefined) {
    const message = `the condition of its ${place} fails: ${code(rule.whereText)}: ${problem}`;
    return { ...found, outcome: 'broken', message };
  }
  return side === 'deny'
    ? { ...found, outcome: 'denies', message: `its ${place} covers this` }
    : { ...found, outcome: 'grants', message: `its ${place} covers this` };
}

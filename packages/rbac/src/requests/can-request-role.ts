import { mapAttributes } from '../connectors/map-attributes.js';
import { RbacError } from '../errors.js';
import { EvaluationFailure } from '../expression/evaluation-failure.js';
import { compileNameTest } from '../matcher/name-test.js';
import type { Traits } from '../resource-types.js';
import { type CompiledRole, parsed } from '../role/compiled-role.js';
import type { Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { RoleNames } from './compile-request-rules.js';

/**
 * Whether a user may ask for a role: some role held allows it by name or through claims, and none denies it. A matcher that
 * does not compile refuses everything, as the product does.
 *
 * @param roles - the roles of the user
 * @param name - name of the role asked for
 */
export function canRequestRole(roles: RoleSet, name: string): boolean {
  return requestingRoles(roles[planOf], name).length > 0;
}

/** The held roles that allow asking for a role; empty when one denies it. */
export function requestingRoles(plan: Plan, name: string): readonly CompiledRole[] {
  const { traits } = plan.user;
  const granting: CompiledRole[] = [];
  for (const { role } of plan.roles) {
    if (namesRole(role, 'deny', 'request', traits, name) !== false) return [];
  }
  for (const { role } of plan.roles) {
    const named = namesRole(role, 'allow', 'request', traits, name);
    if (named === 'broken') return [];
    if (named) granting.push(role);
  }
  return granting;
}

/** Whether one side of a role names a role for requests or reviews; `broken` when a matcher does not compile. */
export function namesRole(
  role: CompiledRole,
  side: 'allow' | 'deny',
  field: 'request' | 'review',
  traits: Traits,
  name: string,
): boolean | 'broken' {
  const { [side]: conditions, kit } = role[parsed];
  const part: RoleNames = conditions[field];
  if (part.names.includes('broken')) return 'broken';
  const pointer = `/spec/${side}/${field}`;
  try {
    if (part.names.some((test) => test !== 'broken' && test(name))) return true;
    return mapAttributes(part.claims, traits, pointer, kit).roles.some(({ text, expanded }) => {
      return text === name || (!expanded && compileNameTest(text, kit)(name));
    });
  } catch (error) {
    if (error instanceof RbacError || error instanceof EvaluationFailure) return 'broken';
    throw error;
  }
}

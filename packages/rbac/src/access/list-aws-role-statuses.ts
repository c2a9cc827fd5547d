import { canRequestRole } from '../requests/can-request-role.js';
import type { App } from '../resource-types.js';
import type { CompiledRole } from '../role/compiled-role.js';
import { createRoleSet } from '../role/create-role-set.js';
import type { Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import type { AccessState } from './access-state.js';
import { tableFor } from './app-table.js';
import type { AccessDecision } from './decision.js';
import { evaluateRoleArn } from './evaluate-state.js';
import { candidateChoices } from './list-aws-role-arns.js';
import { sortAwsRoleChoices } from './sort-aws-role-choices.js';
import type { AwsRoleChoice } from './to-aws-role-choices.js';

/** How an AWS role can be used by somebody right now. */
export type AwsRoleStatusName =
  | 'usable'
  | 'needs-mfa'
  | 'needs-device'
  | 'needs-request'
  | 'denied';

/** An AWS role with what it takes to use it. */
export interface AwsRoleStatus extends AwsRoleChoice {
  readonly status: AwsRoleStatusName;
  /** The decision as things are; MFA for everything comes first in it, also for an AWS role that is denied. */
  readonly decision: AccessDecision;
  /** Roles that would grant it and may be requested; empty unless the status is `needs-request`. */
  readonly requestable: readonly string[];
}

/** Options of {@link listAwsRoleStatuses}. */
export interface AwsRoleStatusesOptions {
  /** What is known about the session. Default: nothing special. */
  readonly state?: AccessState | undefined;
  /** Roles that exist, to find those worth a request. Default: none. */
  readonly catalogue?: readonly CompiledRole[] | undefined;
}

/**
 * Lists AWS roles of an app with their status: usable now, after MFA, from a trusted device, after an access request, or
 * denied. Unlike `listAwsRoleArns` it shows every AWS role that a role held or requestable lists for this app.
 *
 * @param roles - the roles of the user
 * @param app - the app
 */
export function listAwsRoleStatuses(
  roles: RoleSet,
  app: App,
  options: AwsRoleStatusesOptions = {},
): readonly AwsRoleStatus[] {
  const { state, catalogue = [] } = options;
  const plan = roles[planOf];
  const table = tableFor(plan, app);
  if (!table.isAws) return [];
  const requestable = catalogue
    .filter(({ name }) => !roles.roles.includes(name) && canRequestRole(roles, name))
    .map((role) => ({ name: role.name, plan: planWith(plan, role) }));
  const plans = [plan, ...requestable.map((wider) => wider.plan)];
  const found = plans.flatMap((one) => candidateChoices(one, tableFor(one, app), app));
  const choices = new Map(found.map((choice) => [choice.arn, choice]));
  return sortAwsRoleChoices([...choices.values()]).map((choice): AwsRoleStatus => {
    const decision = evaluateRoleArn(plan, app, choice.arn, state);
    // MFA that everything needs is asked for before the roles are looked at, and says nothing about them.
    const ready = { ...state, mfaVerified: true };
    const afterMfa = evaluateRoleArn(plan, app, choice.arn, ready);
    const worthAsking =
      afterMfa.code === 'no-allow'
        ? requestable.filter((wider) => {
            return evaluateRoleArn(wider.plan, app, choice.arn, ready).decision === 'allow';
          })
        : [];
    return {
      ...choice,
      status: worthAsking.length > 0 ? 'needs-request' : statusOf(decision, afterMfa),
      decision,
      requestable: worthAsking.map(({ name }) => name),
    };
  });
}

/** The roles held and one more, which is what a session has after a request. */
function planWith(plan: Plan, role: CompiledRole): Plan {
  const held = plan.roles.map((bound) => bound.role);
  return createRoleSet([...held, role], plan.user.document, { implicitRole: false })[planOf];
}

function statusOf({ code }: AccessDecision, afterMfa: AccessDecision): AwsRoleStatusName {
  if (code === 'granted') return 'usable';
  if (afterMfa.code !== 'granted' && afterMfa.code !== 'device-required') return 'denied';
  return code === 'mfa-required' ? 'needs-mfa' : 'needs-device';
}

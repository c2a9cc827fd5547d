import type { App } from '../resource-types.js';
import type { Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import { type AppTable, tableFor } from './app-table.js';
import { decide } from './decide.js';
import { sortAwsRoleChoices } from './sort-aws-role-choices.js';
import { type AwsRoleChoice, toAwsRoleChoices } from './to-aws-role-choices.js';

/**
 * Lists the AWS roles a user may choose for an app: ARNs that some role lists and none denies, that the whole decision
 * allows once MFA is done, and that name an IAM role, of the account in the static label `aws_account_id` when the app
 * has one. Sorted by short name. The account label narrows the list only; to bind access to an
 * account, put it into `app_labels`.
 *
 * @param roles - the roles of the user
 * @param app - the app; one that is no AWS app has no choices
 */
export function listAwsRoleArns(roles: RoleSet, app: App): readonly AwsRoleChoice[] {
  const plan = roles[planOf];
  const table = tableFor(plan, app);
  if (!table.isAws || table.candidates.length === 0) return [];
  const arns = candidateArns(plan, table).filter((roleArn) => {
    const question = { plan, table, roleArn, mfaOpen: false, deviceOpen: false };
    return decide(question).decision === 'allow';
  });
  return sortAwsRoleChoices(toAwsRoleChoices(arns, { accountId: table.accountId }));
}

/** ARNs that a role which meets the app lists; only they can be granted. */
export function candidateArns(plan: Plan, table: AppTable): readonly string[] {
  const arns = new Set<string>(table.appArns.allow.keys());
  for (const index of table.candidates) {
    for (const arn of plan.roles[index]?.allow.arns ?? []) arns.add(arn);
  }
  return [...arns];
}

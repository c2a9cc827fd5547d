import type { App } from '../resource-types.js';
import type { BoundRole, Plan } from '../role/plan.js';
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
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * declare const app: App;
 * const selection = selectAwsRole(listAwsRoleArns(roles, app), 'ReadOnly');
 * ```
 */
export function listAwsRoleArns(roles: RoleSet, app: App): readonly AwsRoleChoice[] {
  const plan = roles[planOf];
  const table = tableFor(plan, app);
  table.choices ??= Object.freeze(findChoices(plan, table, app));
  return table.choices;
}

function findChoices(plan: Plan, table: AppTable, app: App): readonly AwsRoleChoice[] {
  const asked = { plan, table, mfaOpen: false, deviceOpen: false };
  const allowed = candidateChoices(plan, table, app).filter(({ arn }) => {
    return decide(asked, arn).decision === 'allow';
  });
  return sortAwsRoleChoices(allowed);
}

/** The AWS roles that roles which meet the app list, of the account of the app; no others can be granted and shown. */
export function candidateChoices(plan: Plan, table: AppTable, app: App): readonly AwsRoleChoice[] {
  const { matching, broken } = table;
  if (!table.isAws || matching.length + broken.length === 0) return [];
  const labels = app.metadata.labels ?? {};
  // The static label narrows the list; a dynamic one of that name does not.
  const accountId = (Object.hasOwn(labels, 'aws_account_id') && labels.aws_account_id) || '';
  const choices = new Map<string, AwsRoleChoice>();
  for (const choice of toAwsRoleChoices(table.appArns.allow.keys(), { accountId })) {
    choices.set(choice.arn, choice);
  }
  // A wildcard of one role can grant what only another role spells out.
  const spread = plan.wildAllow.some((role) => {
    return role.allow.arnPatterns.length > 0 && matching.includes(role);
  });
  const near = [...matching, ...broken].sort((a, b) => a.index - b.index);
  for (const role of spread ? plan.roles : near) {
    role.choices ??= groupChoices(role);
    for (const choice of role.choices.get(accountId) ?? []) choices.set(choice.arn, choice);
  }
  return [...choices.values()];
}

/** By account; under the empty text those of every account. */
function groupChoices({ allow }: BoundRole): ReadonlyMap<string, readonly AwsRoleChoice[]> {
  const all = toAwsRoleChoices(allow.arns);
  const groups = new Map<string, AwsRoleChoice[]>([['', [...all]]]);
  for (const choice of all) {
    const group = groups.get(choice.accountId) ?? [];
    groups.set(choice.accountId, group);
    group.push(choice);
  }
  return groups;
}

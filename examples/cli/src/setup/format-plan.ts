import { formatAwsCli, formatPolicy, formatTerraform } from '@postern/federation/policy';
import type { IntegrationPlan } from './integration-plan.js';

/** How a plan can be written. */
export const planFormats = ['documents', 'commands', 'terraform', 'json'] as const;
export type PlanFormat = (typeof planFormats)[number];

/** Writes a plan: as the documents of the guide, as AWS CLI commands, as Terraform, or as one JSON object for programs. */
export function formatPlan(plan: IntegrationPlan, format: PlanFormat): string {
  switch (format) {
    case 'commands':
      return formatAwsCli(plan.role);
    case 'terraform':
      return formatTerraform(plan.role);
    case 'json':
      return `${JSON.stringify(jsonOf(plan), null, 2)}\n`;
    case 'documents':
      return formatDocuments(plan);
  }
}

function jsonOf({ role, roleArn, permission, targetTags, resource }: IntegrationPlan) {
  return {
    provider: role.oidcProvider,
    role: { roleName: role.roleName, roleArn, tags: role.tags },
    trustPolicy: role.trust,
    inlinePolicies: [{ name: role.inlinePolicies?.[0]?.name, document: permission }],
    targetRoleTags: targetTags,
    integration: resource,
  };
}

function formatDocuments({ role, roleArn, permission, targetTags, resource }: IntegrationPlan) {
  const { oidcProvider: provider, inlinePolicies: [policy] = [] } = role;
  const tags = (list: readonly { readonly Key: string; readonly Value: string }[]) =>
    list.map(({ Key, Value }) => `  ${Key} = ${Value}`);
  return [
    '1. Identity provider (IAM, OpenID Connect)',
    '',
    `  Provider URL: ${provider?.Url ?? ''}`,
    `  Audience:     ${provider?.ClientIDList.join(', ') ?? ''}`,
    'Tags:',
    ...tags(provider?.Tags ?? []),
    '',
    `2. Role ${roleArn}`,
    '',
    'Trust policy:',
    formatPolicy(role.trust),
    '',
    `Inline policy ${policy?.name ?? ''}:`,
    formatPolicy(permission),
    '',
    'Tags:',
    ...tags(role.tags ?? []),
    '',
    '3. Every role that people shall use through the integration trusts this role, and carries the tag:',
    ...tags(targetTags),
    '',
    "4. Resource of the gateway (a file beside its other documents; an app names it with 'integration:')",
    '',
    resource,
  ].join('\n');
}

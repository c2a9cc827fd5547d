import { checkRolePlan, type RolePlan } from './role-plan.js';
import { inOrder } from './statement.js';
import type { ResourceTag } from './tags.js';
import type { PolicyDocument } from './types.js';

/**
 * Writes a plan as Terraform (HCL) resources of the AWS provider. Texts are quoted and their template markers escaped,
 * so a value cannot become an expression.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role
 * @throws {@link FederationError} `invalid-argument`, `malformed-arn`, `invalid-duration`
 *
 * @example
 * ```ts
 * const { document: trust } = trustOidcProvider({
 *   accountId: '111122223333',
 *   issuer: 'https://access.example.com',
 *   audiences: ['discover.teleport'],
 * });
 * const hcl = formatTerraform({ roleName: 'integration', trust }); // begins with 'resource "aws_iam_role"'
 * ```
 */
export function formatTerraform(plan: RolePlan): string {
  checkRolePlan(plan);
  const label = labelOf(plan.roleName);
  const role = `aws_iam_role.${label}.name`;
  const { oidcProvider: provider } = plan;
  const blocks: string[] = [];
  if (provider) {
    blocks.push(
      block('aws_iam_openid_connect_provider', label, [
        ['url', text(provider.Url)],
        ['client_id_list', value(provider.ClientIDList, 1)],
        ...(provider.ThumbprintList
          ? [['thumbprint_list', value(provider.ThumbprintList, 1)] as const]
          : []),
        ...tagAttribute(provider.Tags),
      ]),
    );
  }
  blocks.push(
    block('aws_iam_role', label, [
      ['name', text(plan.roleName)],
      ...(plan.path === undefined ? [] : [['path', text(plan.path)] as const]),
      ['assume_role_policy', encoded(plan.trust)],
      ...(plan.maxSessionSeconds === undefined
        ? []
        : [['max_session_duration', String(plan.maxSessionSeconds)] as const]),
      ...tagAttribute(plan.tags ?? []),
    ]),
  );
  for (const [index, policy] of (plan.inlinePolicies ?? []).entries()) {
    blocks.push(
      block('aws_iam_role_policy', `${label}_${index + 1}`, [
        ['name', text(policy.name)],
        ['role', role],
        ['policy', encoded(policy.document)],
      ]),
    );
  }
  for (const [index, arn] of (plan.managedPolicyArns ?? []).entries()) {
    blocks.push(
      block('aws_iam_role_policy_attachment', `${label}_${index + 1}`, [
        ['role', role],
        ['policy_arn', text(arn)],
      ]),
    );
  }
  if (plan.instanceProfile === true) {
    const attributes: readonly Attribute[] = [
      ['name', text(plan.roleName)],
      ['role', role],
    ];
    blocks.push(block('aws_iam_instance_profile', label, attributes));
  }
  return blocks.join('\n');
}

type Attribute = readonly [name: string, expression: string];

function block(type: string, label: string, attributes: readonly Attribute[]): string {
  const width = Math.max(...attributes.map(([name]) => name.length));
  const lines = attributes.map(([name, expression]) => `  ${name.padEnd(width)} = ${expression}\n`);
  return `resource "${type}" "${label}" {\n${lines.join('')}}\n`;
}

function tagAttribute(tags: readonly ResourceTag[]): readonly Attribute[] {
  if (tags.length === 0) return [];
  const map = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  return [['tags', value(map, 1)]];
}

function encoded(document: PolicyDocument): string {
  const { Version, Id, Statement } = document;
  return `jsonencode(${value({ Version, Id, Statement: Statement.map(inOrder) }, 1)})`;
}

/** JSON as an HCL expression. */
function value(json: unknown, depth: number): string {
  const indent = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  if (Array.isArray(json)) {
    const items = json.map((item) => `${indent}${value(item, depth + 1)},\n`);
    return `[\n${items.join('')}${end}]`;
  }
  if (typeof json === 'object' && json !== null) {
    const members = Object.entries(json).filter(([, member]) => member !== undefined);
    const lines = members.map(
      ([name, member]) => `${indent}${key(name)} = ${value(member, depth + 1)}\n`,
    );
    return `{\n${lines.join('')}${end}}`;
  }
  return typeof json === 'string' ? text(json) : JSON.stringify(json);
}

function key(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) ? name : text(name);
}

/** HCL shares the escapes of JSON but for two, and adds two template markers, which are doubled. */
function text(content: string): string {
  return JSON.stringify(content)
    .replace(/\\./g, (pair) => UNKNOWN_TO_HCL.get(pair) ?? pair)
    .replace(/[$%](?=\{)/g, (marker) => marker + marker);
}

const UNKNOWN_TO_HCL: ReadonlyMap<string, string> = new Map([
  ['\\b', '\\u0008'],
  ['\\f', '\\u000c'],
]);

/** A name for Terraform: letters, digits, hyphens and underscores, not beginning with a digit. */
function labelOf(name: string): string {
  const label = name.replace(/[^A-Za-z0-9_-]/g, '_');
  return /^[A-Za-z_]/.test(label) ? label : `_${label}`;
}

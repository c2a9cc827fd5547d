import { formatPolicy } from './parse-policy.js';
import { checkRolePlan, type RolePlan } from './role-plan.js';

/**
 * Writes a plan as AWS CLI commands for a POSIX shell. Every value is quoted, so names and documents cannot become
 * commands of their own.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/iam/create-role.html
 * @returns commands in the order in which they must run, with a line end each
 * @throws {@link FederationError} `invalid-argument`, `malformed-arn`, `invalid-duration`
 *
 * @example
 * ```ts
 * const { document: trust } = trustOidcProvider({
 *   accountId: '111122223333',
 *   issuer: 'https://access.example.com',
 *   audiences: ['discover.teleport'],
 * });
 * const script = formatAwsCli({ roleName: 'integration', trust }); // begins with 'aws iam create-role'
 * ```
 */
export function formatAwsCli(plan: RolePlan): string {
  checkRolePlan(plan);
  const name: Option = ['--role-name', plan.roleName];
  const commands: string[] = [];
  const { oidcProvider: provider } = plan;
  if (provider) {
    commands.push(
      command('create-open-id-connect-provider', [
        ['--url', provider.Url],
        ['--client-id-list', ...provider.ClientIDList],
        ...(provider.ThumbprintList
          ? [['--thumbprint-list', ...provider.ThumbprintList] as const]
          : []),
        ['--tags', JSON.stringify(provider.Tags)],
      ]),
    );
  }
  commands.push(
    command('create-role', [
      name,
      ...(plan.path === undefined ? [] : [['--path', plan.path] as const]),
      ['--assume-role-policy-document', formatPolicy(plan.trust, { indent: 0 })],
      ...(plan.maxSessionSeconds === undefined
        ? []
        : [['--max-session-duration', String(plan.maxSessionSeconds)] as const]),
      ...(plan.tags?.length ? [['--tags', JSON.stringify(plan.tags)] as const] : []),
    ]),
  );
  for (const policy of plan.inlinePolicies ?? []) {
    const document = formatPolicy(policy.document, { indent: 0 });
    commands.push(
      command('put-role-policy', [
        name,
        ['--policy-name', policy.name],
        ['--policy-document', document],
      ]),
    );
  }
  for (const arn of plan.managedPolicyArns ?? []) {
    commands.push(command('attach-role-policy', [name, ['--policy-arn', arn]]));
  }
  if (plan.instanceProfile === true) {
    const profile: Option = ['--instance-profile-name', plan.roleName];
    commands.push(command('create-instance-profile', [profile]));
    commands.push(command('add-role-to-instance-profile', [profile, name]));
  }
  return commands.join('');
}

type Option = readonly [flag: string, ...values: string[]];

function command(verb: string, options: readonly Option[]): string {
  const lines = options.map(option);
  return `${[`aws iam ${verb}`, ...lines].join(' \\\n  ')}\n`;
}

/** A value with a leading hyphen would be read as the next option. */
function option([flag, ...values]: Option): string {
  const [first = ''] = values;
  if (!values.some((value) => value.startsWith('-'))) return [flag, ...values.map(quote)].join(' ');
  return values.length === 1
    ? `${flag}=${quote(first)}`
    : `${flag} ${quote(JSON.stringify(values))}`;
}

/** In single quotes a POSIX shell reads nothing; a single quote itself is written outside of them. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

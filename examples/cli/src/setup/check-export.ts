import { checkIntegrationRole, checkTargetRole } from '@postern/federation/policy';
import { exitCodes, usageError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { textOption } from '../options.js';
import { formatReport } from './format-report.js';
import type { IntegrationQuery } from './integration-plan.js';
import { readPolicyExport, readRoleExport } from './read-role-export.js';

/**
 * The doctor: checks an exported role, and says finding by finding what is wrong and how it is mended.
 *
 * @returns the exit code: 1 when something would not work
 */
export async function checkExport(
  input: CommandInput,
  file: string,
  names: Omit<IntegrationQuery, 'accountId'>,
): Promise<number> {
  const role = await readRoleExport(input, file);
  const policyFile = textOption(input, 'policy');
  const policies =
    policyFile === undefined ? undefined : [await readPolicyExport(input, policyFile)];
  const { issuer, audience, subject } = names;
  const report =
    input.options.target === true
      ? checkTargetRole({
          ...role,
          callerArn: callerOf(input, names),
          callerPolicies: policies,
          viaIntegration: true,
          externalId: textOption(input, 'external-id'),
        })
      : checkIntegrationRole({
          ...role,
          issuer,
          audience,
          subjects: [subject],
          policies,
          owner: { cluster: names.cluster, integration: names.integration },
        });
  if (input.options.format === 'json') {
    input.out(`${JSON.stringify({ roleArn: role.roleArn, ...report }, null, 2)}\n`);
  } else {
    input.out(formatReport(role.roleArn, report));
    if (policies === undefined) {
      input.err(
        'postern: the permissions of the integration role were not checked: add --policy FILE with the output of "aws iam get-role-policy"\n',
      );
    }
  }
  return report.ok ? exitCodes.ok : exitCodes.fault;
}

/** The integration role, which a target role has to trust. */
function callerOf(
  input: CommandInput,
  { partition, roleName }: Pick<IntegrationQuery, 'partition' | 'roleName'>,
): string {
  const account = textOption(input, 'account');
  if (account !== undefined) return `arn:${partition}:iam::${account}:role/${roleName}`;
  throw usageError('which account is the integration role in? Give --account ID with --target.');
}

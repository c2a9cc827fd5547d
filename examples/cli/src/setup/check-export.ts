import { parseIamRoleArn } from '@postern/config/aws';
import {
  checkIntegrationRole,
  checkTargetRole,
  type PolicyDocument,
  type RoleReport,
  trustRole,
} from '@postern/federation/policy';
import { exitCodes, usageError } from '../cli-error.js';
import type { CommandInput } from '../command.js';
import { textOption } from '../options.js';
import { checkOthers } from './check-others.js';
import { formatReport } from './format-report.js';
import { type IntegrationQuery, planIntegration } from './integration-plan.js';
import { type ExportedRole, readPolicyExport, readRoleExport } from './read-role-export.js';

/**
 * The doctor: checks an exported role, and says finding by finding what is wrong and how it is mended.
 *
 * @returns the exit code: 1 when something would not work
 */
export async function checkExport(
  input: CommandInput,
  file: string,
  names: Names,
): Promise<number> {
  const role = await readRoleExport(input, file);
  const policyFile = textOption(input, 'policy');
  const policies =
    policyFile === undefined ? undefined : [await readPolicyExport(input, policyFile)];
  const isTarget = input.options.target === true;
  const report = isTarget
    ? checkTarget(input, role, policies, names)
    : checkIntegration(role, policies, names);
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

type Names = Omit<IntegrationQuery, 'accountId'>;
type Policies = readonly PolicyDocument[] | undefined;

/** Both halves in one report, errors first. */
const together = (report: RoleReport, others: RoleReport['findings']): RoleReport => ({
  ...report,
  findings: [...report.findings, ...others],
});

function checkIntegration(role: ExportedRole, policies: Policies, names: Names): RoleReport {
  const { issuer, audience, subject, cluster, integration } = names;
  const owner = { cluster, integration };
  const subjects = [subject];
  const report = checkIntegrationRole({ ...role, issuer, audience, subjects, policies, owner });
  const { partition, accountId } = parseIamRoleArn(role.roleArn);
  const { trust, oidcProvider } = planIntegration({ ...names, partition, accountId }).role;
  const host = (oidcProvider?.Url ?? '').replace('https://', '');
  const principal = `arn:${partition}:iam::${accountId}:oidc-provider/${host}`;
  const name = host.toLowerCase();
  const claims = { [`${name}:aud`]: audience, [`${name}:sub`]: subject };
  return together(report, checkOthers(role.trust, { trust, principal, claims }));
}

function checkTarget(
  input: CommandInput,
  role: ExportedRole,
  callerPolicies: Policies,
  names: Names,
): RoleReport {
  const callerArn = callerOf(input, names);
  const externalId = textOption(input, 'external-id');
  const viaIntegration = true;
  const report = checkTargetRole({
    ...role,
    callerArn,
    callerPolicies,
    viaIntegration,
    externalId,
  });
  const caller = parseIamRoleArn(callerArn);
  const { accountId, partition } = caller;
  const wanted = { accountId, partition, roleName: names.roleName, externalId };
  const trust = trustRole(wanted).document;
  const accounts = [accountId, parseIamRoleArn(role.roleArn).accountId];
  return together(report, checkOthers(role.trust, { trust, principal: callerArn, accounts }));
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

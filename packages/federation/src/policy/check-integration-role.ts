import { formatProviderArn, issuerHostPath } from '../oidc/issuer.js';
import { readRoleArn } from '../support/aws-names.js';
import { checkTrust, fitCondition } from './check-trust.js';
import { jsonFix, type RoleFinding, type RoleReport, reportOf } from './finding.js';
import { coversAction, otherConditionKeys } from './match-statement.js';
import { permissionAssumeTaggedRoles } from './permission.js';
import { listOf } from './statement.js';
import { type ResourceTag, tagsIntegration } from './tags.js';
import { trustOidcProvider } from './trust.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** An integration role with all that decides whether the integration works. */
export interface IntegrationRoleQuery {
  /** The role named in the integration resource. */
  readonly roleArn: string;
  /** Our issuer. */
  readonly issuer: string;
  /** The audience of our tokens. */
  readonly audience: string;
  /** The subjects of our tokens. Default: any, with a warning when the trust names none. */
  readonly subjects?: readonly string[] | undefined;
  /** Trust policy of the role. */
  readonly trust: PolicyDocument;
  /** All policies of the role. Default: not checked. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** Tags of the role. Default: none. */
  readonly tags?: readonly ResourceTag[] | undefined;
  /** Names for the ownership tags. Default: the tags are not checked. */
  readonly owner?: { readonly cluster: string; readonly integration: string } | undefined;
}

/**
 * Examines the role of an OIDC integration: the trust policy names the provider of our issuer and our audience, the
 * inline policy covers tagged roles and no others, the ownership tags are there.
 *
 * @throws {@link FederationError} `malformed-arn`, `not-a-role-arn`, `invalid-issuer`, `missing-audience`, `invalid-tag`
 */
export function checkIntegrationRole(q: IntegrationRoleQuery): RoleReport {
  const { accountId, partition } = readRoleArn(q.roleArn);
  const { issuer, subjects } = q;
  const [wanted] = trustOidcProvider({
    accountId,
    partition,
    issuer,
    audiences: [q.audience],
    subjects,
  }).document.Statement;
  const statement: PolicyStatement = wanted ?? { Effect: 'Allow' };
  const host = issuerHostPath(issuer);
  const trust = checkTrust(q.trust, {
    caller: formatProviderArn({ issuer, accountId, partition }),
    type: 'Federated',
    action: 'sts:AssumeRoleWithWebIdentity',
    wanted: statement,
    knownConditionKeys: [`${host}:aud`, `${host}:sub`],
  });
  return reportOf([
    ...trust.findings,
    ...(trust.granting.length === 0 ? [] : claimFindings(q, host, trust.granting, statement)),
    ...(q.policies === undefined ? [] : permissionFindings(q.policies, accountId, partition)),
    ...(q.owner === undefined ? [] : ownershipFindings(q.tags ?? [], q.owner)),
  ]);
}

function claimFindings(
  q: IntegrationRoleQuery,
  host: string,
  granting: readonly PolicyStatement[],
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const findings: RoleFinding[] = [];
  const fix = jsonFix('trust-policy', wanted);
  const audience = fitCondition(granting, `${host}:aud`, q.audience);
  if (audience !== 'fits') {
    findings.push({
      code: 'audience-mismatch',
      severity: 'error',
      message:
        audience === 'differs'
          ? 'The trust policy demands another audience than the one our tokens carry.'
          : 'The trust policy demands no audience, so tokens for any client of the provider get in.',
      fix,
    });
  }
  const subjects = (q.subjects ?? ['']).map((sub) => fitCondition(granting, `${host}:sub`, sub));
  if (subjects.includes('not-asked')) {
    findings.push({
      code: 'subject-missing',
      severity: 'warning',
      message: 'The trust policy names no subject, so every token of the issuer gets in.',
      fix,
    });
  } else if (q.subjects && subjects.includes('differs')) {
    findings.push({
      code: 'subject-missing',
      severity: 'error',
      message: 'The trust policy names other subjects than those of our tokens.',
      fix,
    });
  }
  return findings;
}

function permissionFindings(
  policies: readonly PolicyDocument[],
  accountId: string,
  partition: string,
): readonly RoleFinding[] {
  const { document } = permissionAssumeTaggedRoles({ accountIds: [accountId], partition });
  const fix = jsonFix('caller-policy', document.Statement[0]);
  const grants = policies
    .flatMap((policy) => policy.Statement)
    .filter(
      (statement) => statement.Effect === 'Allow' && coversAction(statement, 'sts:AssumeRole'),
    );
  if (grants.length === 0) {
    return [
      {
        code: 'permission-missing',
        severity: 'error',
        message: 'No policy of the integration role lets it assume other roles.',
        fix,
      },
    ];
  }
  const arns = grants.flatMap((grant) => listOf(grant.Resource)).filter((arn) => arn !== '*');
  const foreign = arns.length > 0 && arns.every((arn) => !arn.startsWith(`arn:${partition}:`));
  if (foreign && grants.every((grant) => !listOf(grant.Resource).includes('*'))) {
    return [
      {
        code: 'permission-wrong-partition',
        severity: 'error',
        message: 'The integration role may assume roles of another partition only.',
        fix,
      },
    ];
  }
  const isWide = (grant: PolicyStatement) =>
    listOf(grant.Resource).includes('*') && otherConditionKeys(grant, []).length === 0;
  if (!grants.some(isWide)) return [];
  return [
    {
      code: 'permission-too-wide',
      severity: 'warning',
      message: 'The integration role may assume every role that trusts it: demand the tag.',
      fix,
    },
  ];
}

function ownershipFindings(
  tags: readonly ResourceTag[],
  owner: { readonly cluster: string; readonly integration: string },
): readonly RoleFinding[] {
  const missing = tagsIntegration(owner).filter(
    (wanted) => !tags.some((tag) => tag.Key === wanted.Key && tag.Value === wanted.Value),
  );
  return missing.map((tag) => ({
    code: 'ownership-tag-missing',
    severity: 'warning',
    message: `The role lacks the ownership tag ${tag.Key} that the guide asks for.`,
    fix: jsonFix('role-tags', tag),
  }));
}

import { checkExternalId } from '../sts/check-parameters.js';
import { readRoleArn } from '../support/aws-names.js';
import { checkPermission } from './check-permission.js';
import { checkTrust, fitCondition } from './check-trust.js';
import { jsonFix, type RoleFinding, type RoleReport, reportOf } from './finding.js';
import { coversAction, fitPrincipal } from './match-statement.js';
import { permissionAssumeRoles, permissionAssumeTaggedRoles } from './permission.js';
import { INTEGRATION_TAG, type ResourceTag, TARGET_ROLE_VALUE } from './tags.js';
import { trustRole } from './trust.js';
import type { PolicyDocument, PolicyStatement } from './types.js';

/** A target role with all that decides whether users get it. */
export interface TargetRoleQuery {
  /** The role that users want. */
  readonly roleArn: string;
  /** The role that assumes it: of the service, or of the integration. */
  readonly callerArn: string;
  /** Trust policy of the target role; parsePolicy reads it. */
  readonly trust: PolicyDocument;
  /** Tags of the target role. Default: none. */
  readonly tags?: readonly ResourceTag[] | undefined;
  /** All policies of the caller. Default: not checked. */
  readonly callerPolicies?: readonly PolicyDocument[] | undefined;
  /** Whether the caller is an integration role, which may assume tagged roles only. Default false. */
  readonly viaIntegration?: boolean | undefined;
  /** The external id of the app. Default: none. */
  readonly externalId?: string | undefined;
  /** Whether sessions carry tags. Default false. */
  readonly usesSessionTags?: boolean | undefined;
  /** Whether sessions carry a source identity. Default false. */
  readonly usesSourceIdentity?: boolean | undefined;
}

/**
 * Examines a target role as the set-up guides want it: the trust policy names the caller (and not the world, nor a
 * principal of another partition), the external id fits the app, the tag is there, the permissions of the caller cover
 * the role, and session tags and source identity are allowed when they are used. It reads documents only; service
 * control policies and permission boundaries are out of its sight.
 *
 * @throws {@link FederationError} `malformed-arn`, `not-a-role-arn`, `invalid-external-id`
 */
export function checkTargetRole(q: TargetRoleQuery): RoleReport {
  const role = readRoleArn(q.roleArn);
  const caller = readRoleArn(q.callerArn, 'ARN of the caller');
  checkExternalId(q.externalId);
  const [wanted] = trustRole({
    accountId: caller.accountId,
    roleName: `${caller.path}${caller.roleName}`,
    partition: role.partition,
    externalId: q.externalId,
    allowSessionTags: q.usesSessionTags,
    allowSourceIdentity: q.usesSourceIdentity,
  }).document.Statement;
  const statement: PolicyStatement = wanted ?? { Effect: 'Allow' };
  const trust = checkTrust(q.trust, {
    caller: q.callerArn,
    type: 'AWS',
    action: 'sts:AssumeRole',
    wanted: statement,
    knownConditionKeys: ['sts:ExternalId'],
  });
  const tags = q.tags ?? [];
  return reportOf([
    ...partitionFindings(role.partition, caller.partition),
    ...trust.findings,
    ...(trust.granting.length === 0 ? [] : externalIdFindings(q, trust.granting, statement)),
    ...(trust.granting.length === 0 ? [] : actionFindings(q, statement)),
    ...(q.viaIntegration === true ? tagFindings(tags) : []),
    ...(q.callerPolicies === undefined
      ? []
      : checkPermission(q.callerPolicies, {
          roleArn: q.roleArn,
          tags,
          wanted: permissionFor(q, role.accountId, role.partition),
        })),
  ]);
}

function partitionFindings(role: string, caller: string): readonly RoleFinding[] {
  if (role === caller) return [];
  return [
    {
      code: 'trust-wrong-partition',
      severity: 'error',
      message: `The role lies in partition ${role} and the caller in ${caller}: no session crosses partitions.`,
    },
  ];
}

function externalIdFindings(
  q: TargetRoleQuery,
  granting: readonly PolicyStatement[],
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const fit = fitCondition(granting, 'sts:ExternalId', q.externalId);
  if (fit === 'fits' || (fit === 'not-asked' && q.externalId === undefined)) return [];
  if (fit === 'not-asked') {
    return [
      {
        code: 'external-id-not-required',
        severity: 'warning',
        message: 'The app sends an external id, but the trust policy does not demand it.',
        fix: jsonFix('trust-policy', wanted),
      },
    ];
  }
  if (q.externalId === undefined) {
    return [
      {
        code: 'external-id-not-sent',
        severity: 'error',
        message: 'The trust policy demands an external id, but the app sets none.',
        fix: { where: 'app', text: 'aws:\n  external_id: "<the external id of the trust policy>"' },
      },
    ];
  }
  return [
    {
      code: 'external-id-mismatch',
      severity: 'error',
      message: 'The trust policy demands another external id than the app sends.',
      fix: jsonFix('trust-policy', wanted),
    },
  ];
}

function actionFindings(q: TargetRoleQuery, wanted: PolicyStatement): readonly RoleFinding[] {
  const allows = (action: string) =>
    q.trust.Statement.some(
      (statement) =>
        statement.Effect === 'Allow' &&
        coversAction(statement, action) &&
        ['exact', 'account', 'anyone'].includes(fitPrincipal(statement, 'AWS', q.callerArn)),
    );
  const findings: RoleFinding[] = [];
  if (q.usesSessionTags === true && !allows('sts:TagSession')) {
    findings.push({
      code: 'session-tags-not-allowed',
      severity: 'error',
      message: 'Sessions carry tags, but the trust policy does not allow sts:TagSession.',
      fix: jsonFix('trust-policy', wanted),
    });
  }
  if (q.usesSourceIdentity === true && !allows('sts:SetSourceIdentity')) {
    findings.push({
      code: 'source-identity-not-allowed',
      severity: 'error',
      message:
        'Sessions carry a source identity, but the trust policy does not allow sts:SetSourceIdentity.',
      fix: jsonFix('trust-policy', wanted),
    });
  }
  return findings;
}

function tagFindings(tags: readonly ResourceTag[]): readonly RoleFinding[] {
  const tag = tags.find(({ Key }) => Key.toLowerCase() === INTEGRATION_TAG);
  if (tag?.Value === TARGET_ROLE_VALUE) return [];
  if (tag) {
    return [
      {
        code: 'tag-is-ownership',
        severity: 'error',
        message: `The role carries ${INTEGRATION_TAG} as ownership mark of an integration; one key holds one value, so it cannot be a target role: use another role.`,
      },
    ];
  }
  return [
    {
      code: 'tag-missing',
      severity: 'error',
      message: 'The integration may assume only roles with its tag, and the role has none.',
      fix: jsonFix('role-tags', { Key: INTEGRATION_TAG, Value: TARGET_ROLE_VALUE }),
    },
  ];
}

function permissionFor(q: TargetRoleQuery, accountId: string, partition: string): PolicyStatement {
  const built =
    q.viaIntegration === true
      ? permissionAssumeTaggedRoles({ accountIds: [accountId], partition })
      : permissionAssumeRoles({ resources: [q.roleArn] });
  return built.document.Statement[0] ?? { Effect: 'Allow' };
}

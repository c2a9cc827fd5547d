import { checkExternalId } from '../sts/check-parameters.js';
import { readRoleArn } from '../support/aws-names.js';
import { allowsAction, checkPermission } from './check-permission.js';
import { checkTrust, type TrustResult } from './check-trust.js';
import { type ConditionContext, demands, evaluateCondition } from './evaluate-condition.js';
import { jsonFix, type RoleFinding, type RoleReport, reportOf } from './finding.js';
import { coversAction, fitPrincipals, includesCaller } from './match-statement.js';
import { readDocument } from './parse-policy.js';
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
 * @throws {@link FederationError} `malformed-arn`, `not-a-role-arn`, `invalid-external-id`, `invalid-policy` for a document that
 *   is none
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
  const document = readDocument(q.trust);
  const callerPolicies = q.callerPolicies?.map(readDocument);
  const trust = checkTrust(document, {
    caller: q.callerArn,
    type: 'AWS',
    action: 'sts:AssumeRole',
    context: contextOf(q),
    wanted: statement,
  });
  const tags = q.tags ?? [];
  return reportOf([
    ...partitionFindings(role.partition, caller.partition),
    ...trust.findings,
    ...(trust.naming.length === 0 ? [] : externalIdFindings(q, trust, statement)),
    ...(trust.granting.length === 0 ? [] : actionFindings(q, document, statement)),
    ...(q.viaIntegration === true ? tagFindings(tags) : []),
    ...(callerPolicies === undefined
      ? []
      : callerFindings(callerPolicies, q, permissionFor(q, role.accountId, role.partition))),
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

/** What is known of the call to come. */
function contextOf(q: TargetRoleQuery): ConditionContext {
  const known: ReadonlyMap<string, readonly string[]> = new Map([
    [EXTERNAL_ID, q.externalId === undefined ? [] : [q.externalId]],
    ['aws:principalarn', [q.callerArn]],
    ['aws:principalaccount', [readRoleArn(q.callerArn).accountId]],
  ]);
  return (key) => known.get(key);
}

const EXTERNAL_ID = 'sts:externalid';

function externalIdFindings(
  q: TargetRoleQuery,
  trust: TrustResult,
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const { naming, granting } = trust;
  const fix = jsonFix('trust-policy', wanted);
  const isDemanded = (statement: PolicyStatement) =>
    demands(statement, (key) => key === EXTERNAL_ID);
  if (granting.length > 0) {
    const all = granting.every(({ statement }) => isDemanded(statement));
    if (all || q.externalId === undefined) return [];
    return [
      {
        code: 'external-id-not-required',
        severity: 'warning',
        message: 'The app sends an external id, but the trust policy does not demand it.',
        fix,
      },
    ];
  }
  const otherwise: ConditionContext = (key) =>
    key === EXTERNAL_ID ? undefined : contextOf(q)(key);
  const couldPass = naming.some(
    ({ statement }) => evaluateCondition(statement, otherwise).outcome !== 'unmet',
  );
  if (!couldPass) {
    return [
      {
        code: 'trust-missing',
        severity: 'error',
        message: 'The conditions of the trust policy refuse the caller it names.',
        fix,
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
      fix,
    },
  ];
}

const MORE_ACTIONS = [
  ['usesSessionTags', 'sts:TagSession', 'session-tags-not-allowed', 'tags'],
  [
    'usesSourceIdentity',
    'sts:SetSourceIdentity',
    'source-identity-not-allowed',
    'a source identity',
  ],
] as const;

function actionFindings(
  q: TargetRoleQuery,
  document: PolicyDocument,
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const applies = (effect: PolicyStatement['Effect'], action: string, outcomes: string[]) =>
    document.Statement.some(
      (statement) =>
        statement.Effect === effect &&
        coversAction(statement, action) &&
        includesCaller(fitPrincipals(statement, 'AWS', q.callerArn)) &&
        outcomes.includes(evaluateCondition(statement, contextOf(q)).outcome),
    );
  return MORE_ACTIONS.filter(
    ([option, action]) =>
      q[option] === true &&
      (!applies('Allow', action, ['met', 'open']) || applies('Deny', action, ['met'])),
  ).map(([, action, code, what]) => ({
    code,
    severity: 'error',
    message: `Sessions carry ${what}, but the trust policy does not allow ${action}.`,
    fix: jsonFix('trust-policy', wanted),
  }));
}

/** AWS wants both sides to allow what a session carries. */
function callerFindings(
  policies: readonly PolicyDocument[],
  q: TargetRoleQuery,
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const { roleArn, tags = [] } = q;
  return [
    ...checkPermission(policies, { roleArn, tags, wanted }),
    ...MORE_ACTIONS.filter(
      ([option, action]) =>
        q[option] === true && !allowsAction(policies, action, { roleArn, tags }),
    ).map(([, action, code, what]) => ({
      code,
      severity: 'error' as const,
      message: `Sessions carry ${what}, but no policy of the caller allows ${action} on the role.`,
      fix: jsonFix('caller-policy', wanted),
    })),
  ];
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
  const more = { allowSessionTags: q.usesSessionTags, allowSourceIdentity: q.usesSourceIdentity };
  const built =
    q.viaIntegration === true
      ? permissionAssumeTaggedRoles({ accountIds: [accountId], partition, ...more })
      : permissionAssumeRoles({ resources: [q.roleArn], ...more });
  return built.document.Statement[0] ?? { Effect: 'Allow' };
}

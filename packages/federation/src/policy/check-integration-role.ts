import { formatProviderArn, issuerHostPath } from '../oidc/issuer.js';
import { readRoleArn } from '../support/aws-names.js';
import { conditional, statementsFor, tagContext, wideFinding } from './check-permission.js';
import { checkTrust, type TrustResult } from './check-trust.js';
import { type ConditionContext, demands, evaluateCondition } from './evaluate-condition.js';
import { jsonFix, type RoleFinding, type RoleReport, reportOf } from './finding.js';
import { coversResource } from './match-statement.js';
import { readDocument } from './parse-policy.js';
import { permissionAssumeTaggedRoles } from './permission.js';
import { listOf } from './statement.js';
import { type ResourceTag, tagsIntegration, tagsTargetRole } from './tags.js';
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
 * @throws {@link FederationError} `malformed-arn`, `not-a-role-arn`, `invalid-issuer`, `missing-audience`, `missing-subject`, `invalid-tag`,
 *   `invalid-policy` for a document that is none
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
  const host = issuerHostPath(issuer).toLowerCase();
  // Subjects are judged one by one below: each of them must get in.
  const trust = checkTrust(readDocument(q.trust), {
    caller: formatProviderArn({ issuer, accountId, partition }),
    type: 'Federated',
    action: 'sts:AssumeRoleWithWebIdentity',
    context: tokenContext(q, host, q.subjects?.[0]),
    wanted: statement,
  });
  return reportOf([
    ...trust.findings,
    ...(trust.naming.length === 0 ? [] : claimFindings(q, host, trust, statement)),
    ...(q.policies === undefined
      ? []
      : permissionFindings(q.policies.map(readDocument), accountId, partition)),
    ...(q.owner === undefined ? [] : ownershipFindings(q.tags ?? [], q.owner)),
  ]);
}

/** What is known of a token of ours. An unknown subject is taken as one that fits. */
function tokenContext(
  q: IntegrationRoleQuery,
  host: string,
  subject: string | undefined,
): ConditionContext {
  return (key) => {
    if (key === `${host}:aud`) return [q.audience];
    return key === `${host}:sub` && subject !== undefined ? [subject] : undefined;
  };
}

function claimFindings(
  q: IntegrationRoleQuery,
  host: string,
  { naming }: TrustResult,
  wanted: PolicyStatement,
): readonly RoleFinding[] {
  const fix = jsonFix('trust-policy', wanted);
  const passing = (subject: string | undefined) =>
    naming.filter(
      ({ statement }) =>
        evaluateCondition(statement, tokenContext(q, host, subject)).outcome !== 'unmet',
    );
  const anySubject = passing(undefined);
  const isDemanded = (claim: string) =>
    anySubject.every(({ statement }) => demands(statement, (key) => key === `${host}:${claim}`));
  if (anySubject.length === 0) {
    return [
      audienceFinding(
        'The trust policy demands another audience than the one our tokens carry.',
        fix,
      ),
    ];
  }
  const findings: RoleFinding[] = [];
  if (!isDemanded('aud')) {
    const everyClient =
      'The trust policy demands no audience, so tokens for any client of the provider get in.';
    findings.push(audienceFinding(everyClient, fix));
  }
  const refused = q.subjects?.some((subject) => passing(subject).length === 0) === true;
  if (refused || !isDemanded('sub')) {
    findings.push({
      code: 'subject-missing',
      severity: refused ? 'error' : 'warning',
      message: refused
        ? 'The trust policy names other subjects than those of our tokens.'
        : 'The trust policy names no subject, so every token of the issuer gets in.',
      fix,
    });
  }
  return findings;
}

function audienceFinding(message: string, fix: RoleFinding['fix']): RoleFinding {
  return { code: 'audience-mismatch', severity: 'error', message, fix };
}

function permissionFindings(
  policies: readonly PolicyDocument[],
  accountId: string,
  partition: string,
): readonly RoleFinding[] {
  const { document } = permissionAssumeTaggedRoles({ accountIds: [accountId], partition });
  const wanted = document.Statement[0] ?? { Effect: 'Allow' };
  const error = (code: RoleFinding['code'], message: string): RoleFinding => ({
    code,
    severity: 'error',
    message,
    fix: jsonFix('caller-policy', wanted),
  });
  // A target role as the guide wants it: with the tag.
  const judged = statementsFor(policies, 'sts:AssumeRole')
    .map((statement) => ({
      statement,
      ...evaluateCondition(statement, tagContext(tagsTargetRole())),
    }))
    .filter(({ outcome }) => outcome !== 'unmet');
  const allows = judged.filter(({ statement }) => statement.Effect === 'Allow');
  const here = allows.filter(({ statement }) => rolesOf(statement, partition).length > 0);
  const wide = wideFinding(policies, wanted);
  if (allows.length === 0) {
    return [
      error('permission-missing', 'No policy of the integration role lets it assume tagged roles.'),
      ...wide,
    ];
  }
  if (here.length === 0) {
    const message = 'The integration role may assume roles of another partition only.';
    return [error('permission-wrong-partition', message), ...wide];
  }
  const denies = judged.filter(({ statement }) => statement.Effect === 'Deny');
  const roles = here.flatMap(({ statement }) => rolesOf(statement, partition));
  const isDenied = (role: string) =>
    denies.some(({ statement, outcome }) => outcome === 'met' && coversResource(statement, role));
  if (roles.every(isDenied)) {
    return [
      error(
        'permission-denied',
        'A Deny statement of the integration role refuses what it may assume; it wins over every Allow.',
      ),
    ];
  }
  const open = here.map(({ openKeys }) => openKeys);
  const keys = [
    ...(open.some((list) => list.length === 0) ? [] : open.flat()),
    ...denies
      .filter(({ statement }) => roles.some((role) => coversResource(statement, role)))
      .flatMap(({ openKeys }) => openKeys),
  ];
  return [...wide, ...(keys.length === 0 ? [] : [conditional(keys)])];
}

/** One role for each resource of a statement in this partition, with a name that no other pattern has. */
function rolesOf({ Resource, NotResource }: PolicyStatement, partition: string): readonly string[] {
  const somewhere = `arn:${partition}:iam::${'0'.repeat(12)}:role/\u0001`;
  if (NotResource !== undefined) return [somewhere];
  return listOf(Resource)
    .map((resource) =>
      coversResource({ Effect: 'Allow', Resource: resource }, somewhere)
        ? somewhere
        : resource.replace(/[*?]/g, '\u0001'),
    )
    .filter((role) => role.startsWith(`arn:${partition}:`));
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

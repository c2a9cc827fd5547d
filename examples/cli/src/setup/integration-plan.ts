import { createProviderParams, issuerFromPublicAddress } from '@postern/federation/oidc';
import {
  type PolicyDocument,
  permissionAssumeTaggedRoles,
  type RolePlan,
  TAGGED_ROLES_POLICY_NAME,
  tagsIntegration,
  tagsTargetRole,
  trustOidcProvider,
} from '@postern/federation/policy';

/** What has to be known to set an integration up. */
export interface IntegrationQuery {
  /** Public address of the gateway. */
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly accountId: string;
  readonly partition: string;
  readonly roleName: string;
  readonly cluster: string;
  readonly integration: string;
}

/** All that is to be created in AWS and at the gateway, and what to think about before. */
export interface IntegrationPlan {
  readonly role: RolePlan & { readonly trust: PolicyDocument };
  readonly roleArn: string;
  readonly permission: PolicyDocument;
  readonly targetTags: readonly { readonly Key: string; readonly Value: string }[];
  /** The document for the gateway's resources, YAML. */
  readonly resource: string;
  readonly warnings: readonly string[];
}

/** Plans the set-up of the guide: provider, role with its trust and its one permission, tags, and the resource. */
export function planIntegration(q: IntegrationQuery): IntegrationPlan {
  const { issuer, warnings } = issuerFromPublicAddress(q.issuer);
  const { accountId, partition } = q;
  const trust = trustOidcProvider({
    accountId,
    partition,
    issuer,
    audiences: [q.audience],
    subjects: [q.subject],
  });
  const permission = permissionAssumeTaggedRoles({ accountIds: [accountId], partition });
  const roleArn = `arn:${partition}:iam::${accountId}:role/${q.roleName}`;
  return {
    role: {
      roleName: q.roleName,
      trust: trust.document,
      inlinePolicies: [{ name: TAGGED_ROLES_POLICY_NAME, document: permission.document }],
      tags: tagsIntegration(q),
      oidcProvider: createProviderParams({ ...q, issuer, audiences: [q.audience] }),
    },
    roleArn,
    permission: permission.document,
    targetTags: tagsTargetRole(),
    resource: `kind: integration
sub_kind: aws-oidc
version: v1
metadata:
  name: ${JSON.stringify(q.integration)}
spec:
  aws_oidc:
    role_arn: ${JSON.stringify(roleArn)}
`,
    warnings: [
      ...warnings.map((code) => ISSUER_WARNINGS[code]),
      ...[...trust.warnings, ...permission.warnings].map(({ message }) => message),
    ],
  };
}

const ISSUER_WARNINGS = {
  'issuer-has-port': 'the issuer has a port, and IAM asks for addresses without one',
  'issuer-not-public':
    'the issuer is an address of this machine, which AWS cannot reach: start the gateway with --public-address',
} as const;

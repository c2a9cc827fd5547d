import { describe, expect, it } from 'vitest';
import {
  type BuiltPolicy,
  formatPolicy,
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  TAGGED_ROLES_POLICY_NAME,
  tagsIntegration,
  tagsTargetRole,
  trustAccountRoot,
  trustEksServiceAccount,
  trustOidcProvider,
  trustRole,
  trustService,
} from '../../src/policy/index.js';

const accountId = '111122223333';
const allow = (members: string) =>
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",${members}}]}`;

/** The documents that the public set-up guides show, with their placeholders filled in. */
const guides: readonly (readonly [string, BuiltPolicy, string])[] = [
  [
    'trust of the instance role',
    trustService({ service: 'ec2' }),
    allow('"Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"'),
  ],
  [
    'trust of the EKS role',
    trustEksServiceAccount({
      accountId,
      region: 'us-west-2',
      oidcId: 'AAAA',
      namespace: 'teleport-agent',
      serviceAccount: 'teleport-kube-agent',
    }),
    allow(
      '"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/AAAA"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.us-west-2.amazonaws.com/id/AAAA:aud":"sts.amazonaws.com","oidc.eks.us-west-2.amazonaws.com/id/AAAA:sub":"system:serviceaccount:teleport-agent:teleport-kube-agent"}}',
    ),
  ],
  [
    'permission of the service',
    permissionAssumeRoles({ resources: [`arn:aws:iam::${accountId}:role/ExampleReadOnlyAccess`] }),
    allow(
      '"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/ExampleReadOnlyAccess"',
    ),
  ],
  [
    'permission of the service for every role',
    permissionAssumeRoles({ resources: ['*'] }),
    allow('"Action":"sts:AssumeRole","Resource":"*"'),
  ],
  [
    'trust of a target role in the same account',
    trustRole({ accountId, roleName: 'TeleportAWSAccess' }),
    allow(
      '"Principal":{"AWS":"arn:aws:iam::111122223333:role/TeleportAWSAccess"},"Action":"sts:AssumeRole"',
    ),
  ],
  [
    'trust of a target role in another account',
    trustRole({ accountId, roleName: 'TeleportAWSAccess', externalId: 'EXTERNAL_ID' }),
    allow(
      '"Principal":{"AWS":"arn:aws:iam::111122223333:role/TeleportAWSAccess"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"EXTERNAL_ID"}}',
    ),
  ],
  [
    'trust of the DynamoDB role',
    trustAccountRoot({ accountId }),
    allow('"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"'),
  ],
  [
    'trust of the integration role',
    trustOidcProvider({
      accountId,
      issuer: 'https://teleport.example.com',
      audiences: ['discover.teleport'],
    }),
    allow(
      '"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/teleport.example.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"teleport.example.com:aud":"discover.teleport"}}',
    ),
  ],
  [
    'inline policy of the integration role',
    permissionAssumeTaggedRoles(),
    allow(
      '"Action":"sts:AssumeRole","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/teleport.dev/integration":"true"}}',
    ),
  ],
];

describe('the documents of the guides', () => {
  it.each(guides)('%s', (_, built, text) => {
    expect(formatPolicy(built.document, { indent: 0 })).toBe(text);
  });

  const partition = 'aws-us-gov';
  const builders: Readonly<Record<string, BuiltPolicy>> = {
    'trust of the instance role': trustService({ service: 'ec2', partition }),
    'trust of the EKS role': trustEksServiceAccount({
      accountId,
      partition,
      region: 'us-gov-west-1',
      oidcId: 'AAAA',
      namespace: 'teleport-agent',
      serviceAccount: 'teleport-kube-agent',
    }),
    'permission of the service': permissionAssumeRoles({
      resources: [`arn:${partition}:iam::${accountId}:role/ExampleReadOnlyAccess`],
    }),
    'permission of the service for every role': permissionAssumeRoles({ resources: ['*'] }),
    'trust of a target role in the same account': trustRole({
      accountId,
      partition,
      roleName: 'TeleportAWSAccess',
    }),
    'trust of a target role in another account': trustRole({
      accountId,
      partition,
      roleName: 'TeleportAWSAccess',
      externalId: 'EXTERNAL_ID',
    }),
    'trust of the DynamoDB role': trustAccountRoot({ accountId, partition }),
    'trust of the integration role': trustOidcProvider({
      accountId,
      partition,
      issuer: 'https://teleport.example.com',
      audiences: ['discover.teleport'],
    }),
    'inline policy of the integration role': permissionAssumeTaggedRoles({ partition }),
  };

  it.each(guides)('%s, in another partition', (name, _, text) => {
    const there = text
      .replaceAll('arn:aws:', `arn:${partition}:`)
      .replaceAll('us-west-2', 'us-gov-west-1');
    const built = builders[name];
    expect(built && formatPolicy(built.document, { indent: 0 })).toBe(there);
  });

  it('have the tags and the policy name of the guides', () => {
    expect(tagsIntegration({ cluster: 'cluster-name', integration: 'my-integration' })).toEqual([
      { Key: 'teleport.dev/cluster', Value: 'cluster-name' },
      { Key: 'teleport.dev/integration', Value: 'my-integration' },
      { Key: 'teleport.dev/origin', Value: 'integration_awsoidc' },
    ]);
    expect(tagsTargetRole()).toEqual([{ Key: 'teleport.dev/integration', Value: 'true' }]);
    expect(TAGGED_ROLES_POLICY_NAME).toBe('AWSAppAccess');
  });
});

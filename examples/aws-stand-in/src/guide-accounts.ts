import type { PolicyStatement } from './iam/policy-document.js';
import type { AccountSeed, RoleSeed } from './types.js';

/** The address under which the gateway is an identity provider. Nothing has to resolve: the stand-in maps it. */
export const PUBLIC_ADDRESS = 'https://postern.example.com';

/** The bucket that alice works in. */
export const BUCKET = 'demo-bucket';

const trust = (statement: Omit<PolicyStatement, 'Effect'>) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow' as const, ...statement }],
});

/** A role that the gateway's own user may assume, as the set-up guides have it. */
const assumable = (
  name: string,
  {
    account,
    partition = 'aws',
    ...rest
  }: { account: string; partition?: string } & Partial<RoleSeed>,
): RoleSeed => ({
  name,
  trust: trust({
    Principal: { AWS: `arn:${partition}:iam::${account}:user/postern-gateway` },
    Action: 'sts:AssumeRole',
  }),
  ...rest,
});

const gatewayUser = { name: 'postern-gateway', allow: ['sts:AssumeRole'] };
const readOnly = [
  'dynamodb:List*',
  'dynamodb:Describe*',
  's3:Get*',
  's3:List*',
  'sts:GetCallerIdentity',
];

const full = ['dynamodb:*', 's3:*', 'sts:GetCallerIdentity'];

/** A role of the first account: the gateway comes to it with its own user, and through the integration, which wants the tag. */
const shared = (name: string, allow: readonly string[]): RoleSeed => ({
  name,
  allow,
  tags: { 'teleport.dev/integration': 'true' },
  trust: trust({
    Principal: {
      AWS: [
        'arn:aws:iam::123456789012:user/postern-gateway',
        'arn:aws:iam::123456789012:role/PosternIntegration',
      ],
    },
    Action: 'sts:AssumeRole',
  }),
});

/** The AWS of the guides, for the demo and the gateway's embedded start: six accounts in three partitions. */
export const GUIDE_ACCOUNTS: readonly AccountSeed[] = [
  {
    id: '123456789012',
    users: [gatewayUser],
    roles: [
      shared('ExampleReadOnlyAccess', readOnly),
      shared('ExampleAdminAccess', full),
      shared('role_for_alice', full),
      // One role a person, as the template of the role "aws-personal" names them.
      ...['alice', 'bob', 'carol'].map((name) => shared(name, readOnly)),
      {
        name: 'PosternIntegration',
        policies: [
          trust({
            Action: 'sts:AssumeRole',
            Resource: '*',
            Condition: { StringEquals: { 'iam:ResourceTag/teleport.dev/integration': 'true' } },
          }),
        ],
        trust: trust({
          Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/postern.example.com' },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { 'postern.example.com:aud': 'discover.teleport' } },
        }),
      },
    ],
    oidcProviders: [{ url: PUBLIC_ADDRESS, clientIds: ['discover.teleport'] }],
    buckets: [{ name: BUCKET, region: 'us-east-1' }],
  },
  {
    id: '444455556666',
    roles: [
      {
        name: 'PartnerAudit',
        allow: readOnly,
        trust: trust({
          Principal: { AWS: 'arn:aws:iam::123456789012:user/postern-gateway' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'example-external-id' } },
        }),
      },
    ],
  },
  {
    id: '210987654321',
    partition: 'aws-us-gov',
    users: [gatewayUser],
    roles: [
      assumable('ExampleReadOnlyAccess', {
        account: '210987654321',
        partition: 'aws-us-gov',
        allow: readOnly,
      }),
    ],
  },
  {
    id: '109876543210',
    partition: 'aws-cn',
    users: [gatewayUser],
    roles: [
      assumable('ExampleReadOnlyAccess', {
        account: '109876543210',
        partition: 'aws-cn',
        allow: readOnly,
      }),
    ],
  },
  // Two nodes that want to join: one of the account that the token names, one of another.
  {
    id: '333333333333',
    roles: [
      {
        name: 'teleport-node-role',
        trust: trust({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      },
    ],
  },
  {
    id: '999999999999',
    roles: [
      {
        name: 'teleport-node-role',
        trust: trust({ Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      },
    ],
  },
];

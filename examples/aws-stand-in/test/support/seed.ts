import type { AccountSeed, PolicyDocument } from '../../src/index.js';

export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '210987654321';
export const GOV_ACCOUNT = '111122223333';
export const CN_ACCOUNT = '444455556666';
export const ISSUER = 'https://portal.example.com';
export const EXTERNAL_ID = 'postern/demo-1';

export const role = (name: string, account = ACCOUNT, partition = 'aws') =>
  `arn:${partition}:iam::${account}:role/${name}`;

export const user = (name: string, account = ACCOUNT, partition = 'aws') =>
  `arn:${partition}:iam::${account}:user/${name}`;

export const trust = (AWS: string | readonly string[], more: object = {}): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole', ...more },
});

const gateway = user('gateway');

/** One commercial account with everything, and small ones elsewhere. */
export const ACCOUNTS: readonly AccountSeed[] = [
  {
    id: ACCOUNT,
    users: [
      { name: 'gateway', allow: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] },
      { name: 'admin', allow: ['*'] },
      { name: 'nobody' },
    ],
    roles: [
      {
        name: 'Operator',
        trust: trust(gateway, {
          Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        }),
        allow: ['s3:*', 'dynamodb:*', 'sts:*'],
        maxSessionDuration: 43_200,
      },
      { name: 'ReadOnly', trust: trust(gateway), allow: ['s3:Get*', 's3:ListBucket'] },
      {
        name: 'Guarded',
        trust: trust(gateway, { Condition: { StringEquals: { 'sts:ExternalId': EXTERNAL_ID } } }),
      },
      { name: 'Account', trust: trust(`arn:aws:iam::${ACCOUNT}:root`) },
      { name: 'Next', path: '/chain/', trust: trust(role('Operator')), maxSessionDuration: 7200 },
      {
        name: 'Web',
        maxSessionDuration: 7200,
        trust: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: {
              Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/portal.example.com`,
            },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: {
                'portal.example.com:aud': 'discover.teleport',
                'portal.example.com:sub': 'system:proxy',
              },
            },
          },
        },
      },
    ],
    oidcProviders: [{ url: ISSUER, clientIds: ['discover.teleport', 'other'] }],
    buckets: [
      { name: 'demo-bucket', region: 'us-east-1' },
      { name: 'frankfurt', region: 'eu-central-1' },
    ],
  },
  {
    id: OTHER_ACCOUNT,
    users: [{ name: 'stranger', allow: ['*'] }],
    roles: [{ name: 'Cross', trust: trust([gateway, user('nobody')]), allow: ['s3:*'] }],
  },
  {
    id: GOV_ACCOUNT,
    partition: 'aws-us-gov',
    users: [{ name: 'gov', allow: ['*'] }],
    roles: [{ name: 'Gov', trust: trust(user('gov', GOV_ACCOUNT, 'aws-us-gov')), allow: ['*'] }],
  },
  {
    id: CN_ACCOUNT,
    partition: 'aws-cn',
    users: [{ name: 'cn', allow: ['*'] }],
    roles: [{ name: 'Cn', trust: trust(user('cn', CN_ACCOUNT, 'aws-cn')), allow: ['*'] }],
  },
];

import type { AccountSeed } from './types.js';

/**
 * What the program serves when no seed is given: one account, one user with the key pair that AWS prints in its
 * documentation, two roles that this user may take, and a bucket.
 */
export const DEMO_ACCOUNTS: readonly AccountSeed[] = [
  {
    id: '123456789012',
    users: [
      {
        name: 'gateway',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        allow: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      },
    ],
    roles: [
      {
        name: 'ExampleReadOnlyAccess',
        trust: trustedByGateway(),
        allow: ['s3:Get*', 's3:List*', 'dynamodb:Get*', 'dynamodb:List*', 'dynamodb:Describe*'],
      },
      {
        name: 'ExampleFullAccess',
        trust: trustedByGateway(),
        allow: ['s3:*', 'dynamodb:*'],
        maxSessionDuration: 43_200,
      },
    ],
    buckets: [{ name: 'postern-demo', region: 'us-east-1' }],
  },
];

function trustedByGateway() {
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:user/gateway' },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    },
  } as const;
}

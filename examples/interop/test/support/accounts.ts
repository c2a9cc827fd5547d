import type { AccountSeed, PolicyDocument, PolicyStatement } from '@postern/aws-stand-in';

export const ACCOUNT = '123456789012';
/** Not the default of any tool, so that a region that was lost on the way shows. */
export const REGION = 'eu-central-1';
export const BUCKET = 'interop-bucket';
export const GATEWAY_USER = `arn:aws:iam::${ACCOUNT}:user/postern-gateway`;

export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
export const sessionArn = (role: string, session: string) =>
  `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`;

const trusts = (arn: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' },
});
const allows = (Action: string | string[], Resource: string | string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/**
 * One account. The roles are those that the gateway's own documents name: alice works in `role_for_alice`, bob in `bob`, and
 * both may read with `ExampleReadOnlyAccess`. From `role_for_alice` one may go on to `Reports`.
 */
export const accounts: readonly AccountSeed[] = [
  {
    id: ACCOUNT,
    users: [{ name: 'postern-gateway', allow: ['sts:AssumeRole'] }],
    roles: [
      {
        name: 'role_for_alice',
        trust: trusts(GATEWAY_USER),
        allow: ['s3:*', 'dynamodb:*', 'cloudwatch:*', 'sts:AssumeRole'],
      },
      {
        name: 'bob',
        trust: trusts(GATEWAY_USER),
        allow: ['s3:ListBucket'],
        policies: [
          {
            Version: '2012-10-17',
            Statement: allows('s3:*Object', `arn:aws:s3:::${BUCKET}/bob/*`),
          },
        ],
      },
      {
        name: 'ExampleReadOnlyAccess',
        trust: trusts(GATEWAY_USER),
        allow: ['s3:Get*', 's3:List*', 'dynamodb:List*', 'cloudwatch:List*'],
      },
      { name: 'Reports', trust: trusts(roleArn('role_for_alice')), allow: ['s3:Get*', 's3:List*'] },
    ],
    buckets: [{ name: BUCKET, region: REGION }],
  },
];

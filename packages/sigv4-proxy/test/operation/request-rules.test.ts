import { describe, expect, it } from 'vitest';
import { createRequestRules } from '../../src/operation/request-rules.js';

const request = (action: string, region: string | undefined = 'eu-west-1') => {
  const [service = '', operation] = action.split(':');
  return { service, region, operation };
};

describe('createRequestRules', () => {
  it('allows everything without rules, an operation without a name too', () => {
    expect(createRequestRules({})(request('s3', undefined))).toEqual({
      decision: 'allow',
      reasons: [],
    });
  });

  it('lets deny win and names every rule that spoke against the request', () => {
    const rules = createRequestRules({
      services: { allow: ['s3', 'st*'], deny: ['sts'] },
      regions: { allow: ['eu-*'] },
      readOnly: true,
    });
    expect(rules(request('s3:GetObject')).decision).toBe('allow');
    expect(rules(request('sts:AssumeRole', 'us-east-1')).reasons).toHaveLength(3);
    expect(rules(request('S3:GetObject')).decision).toBe('deny');
    expect(rules(request('xs3:GetObject')).decision).toBe('deny');
  });

  it.each([
    [['s3:Get*'], 's3:GetObject', 'allow'],
    [['s3:Get*'], 's3:PutObject', 'deny'],
    [['s3:Get*'], 's3', 'deny'],
    [['s3:*n*'], 's3', 'deny'],
    [['s3:*'], 's3', 'allow'],
    [['*'], 's3', 'allow'],
    [['s3:*unknown*'], 's3', 'allow'],
    [['sts:*'], 's3', 'deny'],
  ])('with allow %j decides %s: %s', (allow, action, decision) => {
    expect(createRequestRules({ operations: { allow } })(request(action)).decision).toBe(decision);
  });

  it.each([
    [['s3:Delete*'], 's3:GetObject', 'allow'],
    [['s3:Delete*'], 's3:DeleteObject', 'deny'],
    [['s3:Delete*'], 's3', 'deny'],
    [['*:Delete*'], 's3', 'deny'],
    [['sts:Delete*'], 's3', 'allow'],
  ])(
    'with deny %j decides %s: %s, because what has no name may be what is denied',
    (deny, action, decision) => {
      expect(createRequestRules({ operations: { deny } })(request(action)).decision).toBe(decision);
    },
  );

  it('needs every region of a multi-region signature, and does not look through patterns', () => {
    const allow = createRequestRules({ regions: { allow: ['eu-*', 'us-east-1'] } });
    expect(allow(request('s3:GetObject', 'eu-west-1,us-east-1')).decision).toBe('allow');
    expect(allow(request('s3:GetObject', 'eu-west-1,us-west-2')).decision).toBe('deny');
    expect(allow(request('s3:GetObject', '*')).decision).toBe('deny');
    expect(allow({ service: 's3', region: undefined, operation: 'GetObject' }).decision).toBe(
      'deny',
    );
    const deny = createRequestRules({ regions: { deny: ['us-east-1'] } });
    expect(deny(request('s3:GetObject', 'us-*')).decision).toBe('deny');
  });

  it.each([
    ['dynamodb:GetItem', 'allow'],
    ['ec2:DescribeInstances', 'allow'],
    ['s3:HeadObject', 'allow'],
    ['dynamodb:Query', 'allow'],
    ['secretsmanager:GetSecretValue', 'deny'],
    ['sts:GetSessionToken', 'deny'],
    ['redshift:GetClusterCredentials', 'deny'],
    ['s3:PutObject', 'deny'],
    ['x:Getaway', 'deny'],
    ['x:ListenForever', 'deny'],
    ['s3', 'deny'],
  ])('reads only: %s: %s', (action, decision) => {
    expect(createRequestRules({ readOnly: true })(request(action)).decision).toBe(decision);
  });
});

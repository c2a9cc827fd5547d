import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
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
    [['s3:*n*'], 's3:*unknown*', 'deny'],
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
    [['s3:Delete*'], 's3:*unknown*', 'deny'],
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

  it.each([
    'states:GetActivityTask',
    'ec2messages:GetMessages',
    'timestream:Query',
    'ssm:GetParameter',
    'ssm:GetParametersByPath',
    'ssm:GetAccessToken',
    'elasticmapreduce:GetClusterSessionCredentials',
    'emr-containers:GetManagedEndpointSessionCredentials',
    'codepipeline:GetJobDetails',
    'connect:GetFederationToken',
    'gamelift:GetInstanceAccess',
    'license-manager:GetAccessToken',
    'finspace-api:GetProgrammaticAccessCredentials',
    'bedrock-agentcore:GetResourceOauth2Token',
    'redshift:GetIdentityCenterAuthToken',
    'datazone:GetConnection',
    'cognito-idp:DescribeUserPoolClient',
    'pca-connector-scep:GetChallengePassword',
    'storagegateway:DescribeChapCredentials',
    'ivs:GetStreamKey',
    'quicksight:GetDashboardEmbedUrl',
    's3:GetDataAccess',
  ])('does not take %s for reading: it hands out a credential or takes something', (action) => {
    expect(createRequestRules({ readOnly: true })(request(action)).decision).toBe('deny');
  });

  it.each([
    'rds:DescribeDBInstances',
    'lambda:GetFunction',
    'kinesis:GetRecords',
    'ssm:DescribeParameters',
    'secretsmanager:DescribeSecret',
    'iam:ListAccessKeys',
  ])('takes %s for reading', (action) => {
    expect(createRequestRules({ readOnly: true })(request(action)).decision).toBe('allow');
  });

  it.each(['sqs:ReceiveMessage', 'swf:PollForActivityTask', 'deadline:AssumeFleetRoleForRead'])(
    'does not take %s for reading: its name does not say so',
    (action) => {
      expect(createRequestRules({ readOnly: true })(request(action)).decision).toBe('deny');
    },
  );

  const invalid = (options: unknown) => () =>
    createRequestRules(options as Parameters<typeof createRequestRules>[0]);

  it.each([
    ['operations', 'GetObject', 'write "s3:GetObject" or "*:GetObject"'],
    ['operations', '*Object', 'write "s3:*Object" or "*:*Object"'],
    ['operations', 's3', 'write "s3:*"'],
    ['operations', 's3*', 'write "s3*:*"'],
    ['operations', 'S3:*', 'write "s3:*"'],
    ['operations', ' S3 :getObject', 'write "s3:GetObject"'],
    ['operations', 's3:getObject', 'write "s3:GetObject"'],
    ['operations', 's3: GetObject', 'write "s3:GetObject"'],
    ['operations', 's3:', 'write "service:Operation"'],
    ['operations', ':GetObject', 'write "service:Operation"'],
    ['operations', 's3:Get:Object', 'write "service:Operation"'],
    ['operations', 's3:Get-Object', 'write "service:Operation"'],
    ['operations', '', 'write "service:Operation"'],
    ['operations', '  ', 'write "service:Operation"'],
    ['services', 'S3', 'write "s3"'],
    ['services', 's3:*', 'write a signing name'],
    ['services', '', 'write a signing name'],
    ['regions', 'EU-West-1', 'write "eu-west-1"'],
    ['regions', 'eu-west-1,us-east-1', 'write a region'],
    ['regions', '', 'write a region'],
  ])('refuses %s pattern %j, which can never match', (list, pattern, hint) => {
    for (const name of ['allow', 'deny']) {
      const create = invalid({ [list]: { [name]: ['*', pattern] } });
      expect(create).toThrowWithCode(SigV4ProxyError, 'invalid-option');
      expect(create).toThrow(hint);
    }
  });

  it.each([
    { operations: { allow: 's3:*' } },
    { operations: { deny: [undefined] } },
    { services: { deny: [/s3/] } },
  ])('refuses lists of something else (%#)', (options) => {
    expect(invalid(options)).toThrowWithCode(SigV4ProxyError, 'invalid-option');
  });

  it.each([
    '*',
    '*:*',
    's3:*',
    's3:*unknown*',
    's?:Get*',
    '*:*Object',
    'IoT*:Get*',
    'IngestionService:ListJobs',
    'execute-api:*',
  ])('takes operation pattern %s', (pattern) => {
    expect(invalid({ operations: { allow: [pattern], deny: [] } })).not.toThrow();
  });
});

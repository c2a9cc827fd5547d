import {
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, BUCKET, roleArn, sessionArn } from '../support/accounts.js';
import { createClients } from '../support/sdk.js';
import { createWorld, MODES } from '../support/world.js';

const world = await createWorld();

describe.each(MODES)('the AWS SDK, %s', (mode) => {
  const open = () => {
    const login = world.login('alice', 'role_for_alice');
    return { login, ...createClients(world, mode, login) };
  };

  it('keeps and finds items in DynamoDB', async () => {
    const { login, dynamodb } = open();
    const TableName = `interop-${mode}`;
    const Item = {
      id: { S: 'a b+c~ü' },
      n: { N: '42' },
      raw: { B: Uint8Array.from([0, 1, 2, 255]) },
    };
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    await dynamodb.send(new PutItemCommand({ TableName, Item }));
    const got = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: Item.id } }));
    expect(got.Item).toEqual(Item);
    const found = await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': Item.id },
      }),
    );
    expect(found.Items).toEqual([Item]);
    const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
    expect(TableNames).toContain(TableName);
    await login.showsOnly(mode, [
      'dynamodb:CreateTable',
      'dynamodb:PutItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:ListTables',
    ]);
  });

  it('is told who it is, which is the role session', async () => {
    const { login, sts } = open();
    const who = await sts.send(new GetCallerIdentityCommand({}));
    expect(who).toMatchObject({ Account: ACCOUNT, Arn: login.principal });
    await login.showsOnly(mode, ['sts:GetCallerIdentity']);
  });

  it('assumes a role and works with what it gets', async () => {
    const { login, sts } = open();
    const assumed = await sts.send(
      new AssumeRoleCommand({ RoleArn: roleArn('Reports'), RoleSessionName: 'nightly' }),
    );
    const given = assumed.Credentials;
    const keys = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    const issued = world.aws.issuedCredentials().map(({ accessKeyId }) => accessKeyId);
    expect(issued).not.toContain(keys.accessKeyId);
    const chained = createClients(world, mode, keys);
    const nightly = sessionArn('Reports', 'nightly');
    const who = await chained.sts.send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe(nightly);
    await chained.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    const put = chained.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'never', Body: 'x' }));
    await expect(put).rejects.toMatchObject({ name: 'AccessDenied' });
    // Without its token the key is nobody's.
    const half = createClients(world, mode, { ...keys, sessionToken: 'another' });
    await expect(half.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await login.shows(({ events, calls }) => {
      expect(calls.map(({ action, principal, outcome }) => [action, principal, outcome])).toEqual([
        ['sts:AssumeRole', login.principal, 'ok'],
        ['sts:GetCallerIdentity', nightly, 'ok'],
        ['s3:ListObjectsV2', nightly, 'ok'],
        ['s3:PutObject', nightly, 'refused'],
      ]);
      expect(events.slice(0, 4).map(({ user }) => user)).toEqual(Array(4).fill('alice'));
      expect(events[3]?.aws?.assumedRoleArn).toBe(nightly);
    });
  });

  it('keeps, lists and sums up metrics in CloudWatch', async () => {
    const { login, cloudwatch } = open();
    const metric = { Namespace: `Interop/${mode}`, MetricName: 'Depth' };
    const start = new Date('2026-05-04T12:00:00Z');
    // Over ten kilobytes, from where on the SDK compresses the body.
    const MetricData = Array.from({ length: 400 }, (_, index) => ({
      MetricName: 'Depth',
      Timestamp: new Date(start.getTime() + (index % 60) * 1000),
      Value: index,
      Unit: 'Count' as const,
    }));
    await cloudwatch.send(new PutMetricDataCommand({ Namespace: metric.Namespace, MetricData }));
    const { Metrics } = await cloudwatch.send(new ListMetricsCommand(metric));
    expect(Metrics).toEqual([{ ...metric, Dimensions: [] }]);
    const { Datapoints } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        ...metric,
        StartTime: start,
        EndTime: new Date(start.getTime() + 3_600_000),
        Period: 60,
        Statistics: ['SampleCount', 'Maximum'],
      }),
    );
    expect(Datapoints).toEqual([
      { Timestamp: start, SampleCount: 400, Maximum: 399, Unit: 'Count' },
    ]);
    await login.showsOnly(mode, [
      'cloudwatch:PutMetricData',
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricStatistics',
    ]);
  });
});

import { expect, it } from 'vitest';
import { ACCOUNT, BUCKET, roleArn, sessionArn } from '../support/accounts.js';
import { describeAwsCli, type SessionKeys } from '../support/aws-cli.js';
import { createWorld, type Login } from '../support/world.js';

const world = await createWorld();

describeAwsCli('aws', world, ({ run, mode }) => {
  const call = async (login: Login, args: readonly string[], keys?: SessionKeys) => {
    const done = await run(login, [...args, '--output', 'json'], keys ? { keys } : {});
    expect(done).toMatchObject({ code: 0, err: '' });
    return done;
  };

  it.concurrent('dynamodb keeps and finds items', async () => {
    const login = world.login('alice', 'role_for_alice');
    const TableName = `interop-${mode}`;
    const table = ['--table-name', TableName];
    const item = { id: { S: 'a b+c~ü' }, n: { N: '42' } };
    const created = await call(login, [
      ...['dynamodb', 'create-table', ...table, '--billing-mode', 'PAY_PER_REQUEST'],
      ...['--attribute-definitions', 'AttributeName=id,AttributeType=S'],
      ...['--key-schema', 'AttributeName=id,KeyType=HASH'],
    ]);
    expect(created.json().TableDescription).toMatchObject({
      TableArn: `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/${TableName}`,
    });
    await call(login, ['dynamodb', 'put-item', ...table, '--item', JSON.stringify(item)]);
    const key = JSON.stringify({ id: item.id });
    const got = await call(login, ['dynamodb', 'get-item', ...table, '--key', key]);
    expect(got.json()).toEqual({ Item: item });
    const listed = await call(login, ['dynamodb', 'list-tables']);
    expect(listed.json().TableNames).toContain(TableName);
    await login.showsOnly(mode, [
      'dynamodb:CreateTable',
      'dynamodb:PutItem',
      'dynamodb:GetItem',
      'dynamodb:ListTables',
    ]);
  });

  it.concurrent('sts names the role session, not the key of the login', async () => {
    const login = world.login('alice', 'role_for_alice');
    const done = await call(login, ['sts', 'get-caller-identity']);
    const identity = done.json();
    expect(identity).toMatchObject({ Account: ACCOUNT, Arn: login.principal });
    await login.showsOnly(mode, ['sts:GetCallerIdentity']);
  });

  it.concurrent('sts assume-role gives keys that work, and only here', async () => {
    const login = world.login('alice', 'role_for_alice');
    const assumed = await call(login, [
      ...['sts', 'assume-role', '--role-arn', roleArn('Reports')],
      ...['--role-session-name', 'nightly'],
    ]);
    const answer = assumed.json();
    const keys = readKeys(answer.Credentials);
    // What AWS issued stays with the proxy.
    const issued = world.aws.issuedCredentials().map(({ accessKeyId }) => accessKeyId);
    expect(issued).not.toContain(keys.AccessKeyId);
    expect(answer.AssumedRoleUser).toMatchObject({ Arn: sessionArn('Reports', 'nightly') });
    const who = await call(login, ['sts', 'get-caller-identity'], keys);
    expect(who.json()).toMatchObject({ Arn: sessionArn('Reports', 'nightly') });
    const listed = await call(login, ['s3api', 'list-objects-v2', '--bucket', BUCKET], keys);
    expect(listed.code).toBe(0);
    const put = ['s3api', 'put-object', '--bucket', BUCKET, '--key', 'never'];
    const denied = await run(login, put, { keys });
    expect(denied.err).toContain('(AccessDenied)');
    await login.shows(({ events, calls }) => {
      expect(calls.map(({ action, principal, outcome }) => [action, principal, outcome])).toEqual([
        ['sts:AssumeRole', login.principal, 'ok'],
        ['sts:GetCallerIdentity', sessionArn('Reports', 'nightly'), 'ok'],
        ['s3:ListObjectsV2', sessionArn('Reports', 'nightly'), 'ok'],
        ['s3:PutObject', sessionArn('Reports', 'nightly'), 'refused'],
      ]);
      // Whatever the session is called in AWS, the record says who it was.
      expect(events.map(({ user }) => user)).toEqual(['alice', 'alice', 'alice', 'alice']);
      expect(events.at(-1)?.aws?.assumedRoleArn).toBe(sessionArn('Reports', 'nightly'));
    });
    const wrong = { ...keys, SessionToken: `${keys.SessionToken.slice(0, -1)}A` };
    const refused = await run(login, ['sts', 'get-caller-identity'], { keys: wrong });
    expect(refused.err).toContain('(InvalidClientTokenId)');
  });

  it.concurrent('cloudwatch keeps, lists and sums up metrics', async () => {
    const login = world.login('alice', 'role_for_alice');
    const metric = ['--namespace', `Interop/${mode}`, '--metric-name', 'Depth'];
    const data = [
      { MetricName: 'Depth', Timestamp: '2026-05-04T12:00:10Z', Value: 4, Unit: 'Count' },
      { MetricName: 'Depth', Timestamp: '2026-05-04T12:00:50Z', Value: 8, Unit: 'Count' },
    ];
    const put = [...metric.slice(0, 2), '--metric-data', JSON.stringify(data)];
    await call(login, ['cloudwatch', 'put-metric-data', ...put]);
    const listed = await call(login, ['cloudwatch', 'list-metrics', ...metric]);
    expect(listed.json().Metrics).toEqual([
      { Namespace: `Interop/${mode}`, MetricName: 'Depth', Dimensions: [] },
    ]);
    const got = await call(login, [
      ...['cloudwatch', 'get-metric-statistics', ...metric, '--period', '60'],
      ...['--start-time', '2026-05-04T12:00:00Z', '--end-time', '2026-05-04T13:00:00Z'],
      ...['--statistics', 'Average', 'Maximum'],
    ]);
    expect(got.json().Datapoints).toMatchObject([{ Average: 6, Maximum: 8, Unit: 'Count' }]);
    await login.showsOnly(mode, [
      'cloudwatch:PutMetricData',
      'cloudwatch:ListMetrics',
      'cloudwatch:GetMetricStatistics',
    ]);
  });
});

function readKeys(value: unknown): SessionKeys {
  expect(value).toMatchObject({
    AccessKeyId: expect.any(String),
    SecretAccessKey: expect.any(String),
    SessionToken: expect.any(String),
  });
  // Checked in the lines above.
  return value as SessionKeys;
}

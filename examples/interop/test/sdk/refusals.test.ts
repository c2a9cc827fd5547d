import { randomBytes } from 'node:crypto';
import { ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { BUCKET, roleArn } from '../support/accounts.js';
import { createClients, type SdkClients } from '../support/sdk.js';
import { createWorld, MODES } from '../support/world.js';

const world = await createWorld();
const Bucket = BUCKET;
type Send = (clients: SdkClients) => Promise<unknown>;

describe.each(MODES)('the AWS SDK, %s', (mode) => {
  it.each<[string, Send, string, string, number]>([
    [
      'S3',
      ({ s3 }) => s3.send(new PutObjectCommand({ Bucket, Key: 'no', Body: 'x' })),
      's3:PutObject',
      'AccessDenied',
      403,
    ],
    [
      'DynamoDB',
      ({ dynamodb }) => dynamodb.send(new DeleteTableCommand({ TableName: 'no-such' })),
      'dynamodb:DeleteTable',
      'AccessDeniedException',
      400,
    ],
    [
      'CloudWatch',
      ({ cloudwatch }) =>
        cloudwatch.send(
          new PutMetricDataCommand({ Namespace: 'x', MetricData: [{ MetricName: 'y', Value: 1 }] }),
        ),
      'cloudwatch:PutMetricData',
      'AccessDenied',
      400,
    ],
    [
      'STS',
      ({ sts }) =>
        sts.send(new AssumeRoleCommand({ RoleArn: roleArn('bob'), RoleSessionName: 'no' })),
      'sts:AssumeRole',
      'AccessDenied',
      403,
    ],
  ])('throws what %s has denied', async (_, send, action, name, httpStatusCode) => {
    const login = world.login('alice', 'ExampleReadOnlyAccess');
    const denied = send(createClients(world, mode, login));
    await expect(denied).rejects.toMatchObject({
      name,
      message: expect.stringContaining(
        `${login.principal} is not authorized to perform: ${action}`,
      ),
      $metadata: { httpStatusCode },
    });
    await login.shows(({ events, calls }) => {
      expect(calls).toMatchObject([{ action, outcome: 'refused', principal: login.principal }]);
      expect(events).toMatchObject([{ outcome: 'allowed', mode }]);
      expect(events[0]?.awsErrorCode).toContain(name);
    });
  });

  it.each<[string, Send, string]>([
    ['S3', ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket })), 'AccessDenied'],
    [
      'DynamoDB',
      ({ dynamodb }) => dynamodb.send(new ListTablesCommand({})),
      'AccessDeniedException',
    ],
    ['CloudWatch', ({ cloudwatch }) => cloudwatch.send(new ListMetricsCommand({})), 'AccessDenied'],
    ['STS', ({ sts }) => sts.send(new GetCallerIdentityCommand({})), 'AccessDenied'],
  ])(
    'throws what the gateway has denied of %s, of which AWS never hears',
    async (_, send, name) => {
      const login = world.login('bob', 'ExampleReadOnlyAccess', { app: 'awsconsole-prod' });
      const denied = send(createClients(world, mode, login));
      await expect(denied).rejects.toMatchObject({
        name,
        message: expect.stringContaining('bob may not use'),
      });
      await login.shows(({ events, calls }) => {
        expect(calls).toEqual([]);
        expect(events).toMatchObject([{ outcome: 'denied', user: 'bob', mode }]);
      });
    },
  );

  it('throws for a key that nobody has, and for a wrong secret', async () => {
    const login = world.login('alice', 'role_for_alice');
    const list = new ListObjectsV2Command({ Bucket });
    const stranger = createClients(world, mode, { ...login, accessKeyId: 'SP00STRANGERSTRANGER' });
    await expect(stranger.s3.send(list)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    const thief = createClients(world, mode, { ...login, secretAccessKey: 'guessed' });
    await expect(thief.s3.send(list)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await login.shows(({ events, calls }) => {
      expect(calls).toEqual([]);
      expect(events).toMatchObject([{ reason: 'signature-mismatch', outcome: 'denied' }]);
      expect(events[0]?.user).toBeUndefined();
    });
  });

  it('keeps two users apart who work at the same time', async () => {
    const users = [
      { user: 'alice', role: 'role_for_alice' },
      { user: 'bob', role: 'bob' },
    ].map(({ user, role }) => ({ user, login: world.login(user, role) }));
    const work = users.map(async ({ user, login }) => {
      const { s3 } = createClients(world, mode, login);
      await Promise.all(
        Array.from({ length: 10 }, async (_, index) => {
          const Key = `${user}/${mode}/${index}`;
          const Body = randomBytes(50_000);
          await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
          const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
          const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
          expect(bytes.equals(Body)).toBe(true);
        }),
      );
      return s3;
    });
    const [, bob] = await Promise.all(work);
    for (const { login } of users) {
      const each = (name: string) => Array<string>(10).fill(name);
      await login.showsOnly(mode, [...each('s3:PutObject'), ...each('s3:GetObject')]);
    }
    const foreign = bob?.send(new GetObjectCommand({ Bucket, Key: `alice/${mode}/0` }));
    await expect(foreign).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

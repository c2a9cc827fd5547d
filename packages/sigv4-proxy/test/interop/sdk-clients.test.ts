import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsAnswers } from '../support/aws-answers.js';
import { ROLE, ROLE_ARN } from '../support/credentials.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

const MIB = 1024 * 1024;
const answers = createAwsAnswers();
let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;

beforeAll(async () => {
  upstream = await startUpstream(answers.answer);
  local = await startLocalProxy(upstream);
});

afterAll(async () => {
  await local.stop();
  await upstream.close();
});

describe.each(['endpoint', 'connect'] as const)('AWS SDK clients in %s mode', (mode) => {
  it('stream 9 MiB to S3 and back', async () => {
    const s3 = new S3Client({ ...local[mode], forcePathStyle: mode === 'endpoint' });
    const data = randomBytes(9 * MIB);
    const Key = 'dir/a b+c~ü.bin';
    await s3.send(
      new PutObjectCommand({
        Bucket: 'bucket',
        Key,
        Body: Readable.from(pieces(data)),
        ContentLength: data.length,
      }),
    );
    expect(upstream.refused).toEqual([]);
    const seen = upstream.seen.at(-1);
    expect(seen?.headers['x-amz-content-sha256']).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER');
    expect(seen?.body.length).toBeGreaterThan(data.length);
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: data }));
    const got = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(data)).toBe(true);
    s3.destroy();
  });

  it('read an item from DynamoDB and the identity from STS', async () => {
    const dynamodb = new DynamoDBClient(local[mode]);
    const { Item } = await dynamodb.send(
      new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }),
    );
    expect(Item).toEqual({ id: { S: '1' } });
    const sts = new STSClient(local[mode]);
    const who = await sts.send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe('arn:aws:sts::123456789012:assumed-role/reader/alice');
    expect(upstream.refused).toEqual([]);
    expect(upstream.seen.at(-2)?.headers.host).toBe('dynamodb.eu-west-1.amazonaws.com');
    expect(upstream.seen.at(-1)?.headers.host).toBe('sts.eu-west-1.amazonaws.com');
    const event = local.events.at(-1);
    expect(event).toMatchObject({
      type: 'aws.request',
      outcome: 'allowed',
      user: 'alice',
      aws: {
        partition: 'aws',
        region: 'eu-west-1',
        service: 'sts',
        operation: 'GetCallerIdentity',
        roleArn: ROLE_ARN,
        accessKeyId: ROLE.accessKeyId,
      },
      http: { method: 'POST', path: '/', status: 200 },
      awsRequestId: 'AWSREQ',
    });
    expect(JSON.stringify(local.events)).not.toContain(ROLE.secretAccessKey);
    expect(JSON.stringify(local.events)).not.toContain(ROLE.sessionToken);
  });
});

function* pieces(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += 100_000) yield data.subarray(at, at + 100_000);
}

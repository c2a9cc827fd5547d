import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET } from '@postern/aws-stand-in';
import type { AwsClients } from './clients.js';
import type { Story } from './story.js';

const MIB = 1024 * 1024;
const LARGE = 12 * MIB;

/** What alice does all day, with whichever clients she has. */
export async function workWithAws(story: Story, mode: string, clients: AwsClients): Promise<void> {
  await workWithDynamoDb(story, `notes-${mode}`, clients);
  await workWithS3(story, mode, clients);
}

async function workWithDynamoDb(story: Story, table: string, { dynamodb }: AwsClients) {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  story.check(`DynamoDB lists ${TableNames.join(', ')}`, TableNames.includes(table));
  await writeWhenReady(() =>
    dynamodb.send(
      new PutItemCommand({ TableName: table, Item: { id: { S: '1' }, text: { S: 'grüß dich' } } }),
    ),
  );
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: { id: { S: '1' } } }),
  );
  story.check(`an item written comes back: "${Item?.text?.S}"`, Item?.text?.S === 'grüß dich');
}

/** A new table takes a moment, with the real DynamoDB as with the local one. */
async function writeWhenReady<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const notYet = error instanceof Error && error.name === 'ResourceNotFoundException';
      if (!notYet || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
    }
  }
}

async function workWithS3(story: Story, mode: string, { s3 }: AwsClients) {
  const small = { Bucket: BUCKET, Key: `${mode}/a b+c~ü.txt` };
  await s3.send(new PutObjectCommand({ ...small, Body: 'hello' }));
  const answer = await s3.send(new GetObjectCommand(small));
  const text = (await answer.Body?.transformToString()) ?? '';
  story.check(`S3 gives back ${small.Key}: "${text}"`, text === 'hello');

  const sent = createHash('sha256');
  const large = { Bucket: BUCKET, Key: `${mode}/large.bin` };
  await s3.send(
    new PutObjectCommand({ ...large, Body: Readable.from(blocks(sent)), ContentLength: LARGE }),
  );
  const download = await s3.send(new GetObjectCommand(large));
  const received = createHash('sha256');
  let size = 0;
  if (download.Body instanceof Readable) {
    for await (const block of download.Body) {
      received.update(block);
      size += block.length;
    }
  }
  const same = sent.digest('hex') === received.digest('hex');
  story.check(
    `a stream of ${LARGE / MIB} MiB goes up and comes down unchanged`,
    same && size === LARGE,
  );
}

function* blocks(hash: ReturnType<typeof createHash>): Generator<Buffer> {
  for (let sent = 0; sent < LARGE; sent += MIB / 4) {
    const block = Buffer.alloc(MIB / 4, sent / MIB + 1);
    hash.update(block);
    yield block;
  }
}

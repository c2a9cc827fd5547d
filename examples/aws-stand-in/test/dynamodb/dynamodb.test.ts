import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { send } from '../support/raw-request.js';
import { ACCOUNT, role } from '../support/seed.js';
import { NOW, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start();
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const reader = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });

const table = {
  TableName: 'Inventory',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
  BillingMode: 'PAY_PER_REQUEST' as const,
};

describe('DynamoDB through the AWS SDK', () => {
  it('creates, writes and reads, and names the caller in table ARNs', async () => {
    const db = new DynamoDBClient(clientConfig(standIn, operator, 'eu-west-1'));
    await db.send(new CreateTableCommand(table));
    const described = await db.send(new DescribeTableCommand({ TableName: 'Inventory' }));
    expect(described.Table?.TableArn).toBe(`arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Inventory`);
    const Item = { id: { S: '1' }, note: { S: 'ä/日本' } };
    await db.send(new PutItemCommand({ TableName: 'Inventory', Item }));
    const Key = { id: { S: '1' } };
    const got = await db.send(new GetItemCommand({ TableName: 'Inventory', Key }));
    expect(got.Item).toEqual(Item);
    expect(standIn.requests.at(-1)).toMatchObject({
      service: 'dynamodb',
      region: 'eu-west-1',
      action: 'dynamodb:GetItem',
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/Operator/alice`,
    });
  });

  it('keeps regions and accounts apart', async () => {
    const elsewhere = new DynamoDBClient(clientConfig(standIn, operator, 'us-east-1'));
    expect((await elsewhere.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    const other = standIn.credentialsFor('stranger');
    const stranger = new DynamoDBClient(clientConfig(standIn, other, 'eu-west-1'));
    expect((await stranger.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  it('denies a role without the permission with the typed error', async () => {
    const db = new DynamoDBClient(clientConfig(standIn, reader));
    await expect(db.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('passes dynalite’s own errors through and logs their code', async () => {
    const db = new DynamoDBClient(clientConfig(standIn, operator));
    const describeTable = db.send(new DescribeTableCommand({ TableName: 'Missing' }));
    await expect(describeTable).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(standIn.requests.at(-1)?.errorCode).toBe('ResourceNotFoundException');
  });

  it('refuses a wrong secret before dynalite sees the call', async () => {
    const credentials = { ...operator, secretAccessKey: 'x'.repeat(40) };
    const db = new DynamoDBClient(clientConfig(standIn, credentials));
    await expect(db.send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  it('survives members of a wrong type', async () => {
    const still = await start({ clock: () => NOW });
    const credentials = still.roleSession(role('Operator'), { sessionName: 'alice' });
    const host = 'dynamodb.us-east-1.amazonaws.com';
    for (const operation of ['ListTables', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Unknown']) {
      for (const body of ['null', '[]', '7', '{', '', '{"TableName":"ttt","Key":{"a":null}}']) {
        const headers = {
          host,
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
        };
        const raw = { method: 'POST', path: '/', headers, body };
        const response = await send(
          still.port,
          await sign(raw, { credentials, service: 'dynamodb' }),
        );
        const fine = operation === 'ListTables' && body.includes('ttt');
        expect([operation, body, response.status]).toEqual([operation, body, fine ? 200 : 400]);
      }
    }
  });
});

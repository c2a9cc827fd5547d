import { describe, expect, it } from 'vitest';
import { createOperationNamer, type NamerQuery } from '../../src/operation/operation-namer.js';

const call = (more: Partial<NamerQuery> = {}): NamerQuery => {
  const { contentType = 'application/x-amz-json-1.0', amzTarget = 'DynamoDB_20120810.GetItem' } =
    more;
  return {
    service: 'dynamodb',
    method: 'POST',
    target: '/',
    headers: [
      ['Content-Type', contentType],
      ['X-Amz-Target', amzTarget],
    ],
    host: 'dynamodb.us-east-1.amazonaws.com',
    body: Buffer.from('{}'),
    contentType,
    amzTarget,
    repeats: false,
    ...more,
  };
};

describe('createOperationNamer', () => {
  it('gives each call its own name, however often it is asked', () => {
    const name = createOperationNamer();
    for (let i = 0; i < 2; i += 1) {
      expect(name(call())).toBe('GetItem');
      expect(name(call({ amzTarget: 'DynamoDB_20120810.PutItem' }))).toBe('PutItem');
    }
  });

  it('looks at the body of every call that could be a form', () => {
    const name = createOperationNamer();
    const service = { service: 'sqs', host: 'sqs.us-east-1.amazonaws.com' };
    const form = Buffer.from('Action=DeleteQueue');
    const asJson = {
      ...service,
      contentType: 'application/x-amz-json-1.0',
      amzTarget: 'Other.SendMessage',
    };
    expect(name(call({ ...asJson, body: Buffer.from('{}') }))).toBe('SendMessage');
    expect(name(call({ ...asJson, body: form }))).toBeUndefined();
  });

  it('does not take a repeated header for a single one', () => {
    const name = createOperationNamer();
    expect(name(call())).toBe('GetItem');
    const { headers } = call();
    const twice: NamerQuery['headers'] = [
      ...headers,
      ['x-amz-target', 'DynamoDB_20120810.DeleteTable'],
    ];
    expect(name(call({ headers: twice, repeats: true }))).toBeUndefined();
  });

  it('looks at the query of calls that have one', () => {
    const name = createOperationNamer();
    expect(name(call())).toBe('GetItem');
    expect(name(call({ target: '/?Action=DeleteTable' }))).toBeUndefined();
  });
});

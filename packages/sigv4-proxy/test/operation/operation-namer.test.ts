import { describe, expect, it } from 'vitest';
import {
  createOperationNamer as createNamer,
  type NamerQuery,
} from '../../src/operation/operation-namer.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';

const routes = await loadRestRoutes();
const createOperationNamer = () => {
  const name = createNamer();
  return (query: NamerQuery) => name(query, routes);
};

interface Call {
  readonly service?: string;
  readonly host?: string;
  readonly target?: string;
  readonly contentType?: string;
  readonly amzTarget?: string;
  readonly more?: NamerQuery['request']['headers'];
  readonly body?: string;
}

const call = ({
  service = 'dynamodb',
  host = 'dynamodb.us-east-1.amazonaws.com',
  target = '/',
  contentType = 'application/x-amz-json-1.0',
  amzTarget = 'DynamoDB_20120810.GetItem',
  more = [],
  body = '{}',
}: Call = {}): NamerQuery => ({
  request: {
    method: 'POST',
    headers: [['Content-Type', contentType], ['X-Amz-Target', amzTarget], ...more],
  },
  frame: { target, contentType, amzTarget, repeats: more.length > 0, protocolHeader: false },
  destination: { signingName: service, host },
  body: Buffer.from(body),
});

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
    const asJson = {
      ...service,
      contentType: 'application/x-amz-json-1.0',
      amzTarget: 'Other.SendMessage',
    };
    expect(name(call({ ...asJson, body: '{}' }))).toBe('SendMessage');
    expect(name(call({ ...asJson, body: 'Action=DeleteQueue' }))).toBeUndefined();
  });

  it('does not take a repeated header for a single one', () => {
    const name = createOperationNamer();
    expect(name(call())).toBe('GetItem');
    const more = [['x-amz-target', 'DynamoDB_20120810.DeleteTable']] as const;
    expect(name(call({ more }))).toBeUndefined();
  });

  it('looks at the query of calls that have one', () => {
    const name = createOperationNamer();
    expect(name(call())).toBe('GetItem');
    expect(name(call({ target: '/?Action=DeleteTable' }))).toBeUndefined();
  });

  it('does not remember a name for calls with a header that contradicts it', () => {
    const name = createOperationNamer();
    expect(name(call())).toBe('GetItem');
    const stray = call();
    const headers = [...stray.request.headers, ['Smithy-Protocol', 'rpc-v2-cbor']] as const;
    const request = { ...stray.request, headers };
    const frame = { ...stray.frame, protocolHeader: true };
    expect(name({ ...stray, request, frame })).toBeUndefined();
  });
});

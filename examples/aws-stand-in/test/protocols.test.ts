import { cbor } from '@smithy/core/cbor';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../src/index.js';
import { send } from './support/raw-request.js';
import { ACCOUNT, role } from './support/seed.js';
import { NOW, sign } from './support/sign.js';
import { start } from './support/start.js';

const standIn = await start({ clock: () => NOW });
const reader = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });
const admin = standIn.credentialsFor('admin');

async function call(
  service: string,
  path: string,
  more: Record<string, string>,
  credentials: Credentials = reader,
) {
  const host = `${service}.us-east-1.amazonaws.com`;
  const raw = { method: 'POST', path, headers: { host, ...more } };
  return send(standIn.port, await sign(raw, { credentials, service }));
}

const denial = (action: string) =>
  `User: arn:aws:sts::${ACCOUNT}:assumed-role/ReadOnly/bob is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;

describe('a denied call of a service without a part', () => {
  it('is a CBOR map for rpcv2Cbor', async () => {
    const path = '/service/GraniteServiceVersion20100801/operation/ListMetrics';
    const response = await call('monitoring', path, { 'smithy-protocol': 'rpc-v2-cbor' });
    expect(response.status).toBe(400);
    expect(response.headers).toMatchObject({
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
    });
    expect(cbor.deserialize(response.body)).toEqual({
      __type: 'com.amazon.coral.service#AccessDeniedException',
      message: denial('cloudwatch:ListMetrics'),
    });
  });

  it('has __type for AWS JSON, and the old code where the client asks', async () => {
    const response = await call('logs', '/', {
      'x-amz-target': 'Logs_20140328.ListTags',
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-query-mode': 'true',
    });
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(response.headers['x-amzn-query-error']).toBe('AccessDenied;Sender');
    expect(JSON.parse(response.text)).toEqual({
      __type: 'AccessDeniedException',
      message: denial('logs:ListTags'),
    });
  });

  it('has an error type header for REST JSON', async () => {
    const response = await call('lambda', '/2015-03-31/functions', {});
    expect(response.status).toBe(403);
    expect(response.headers['x-amzn-errortype']).toBe('AccessDeniedException');
    expect(JSON.parse(response.text)).toEqual({ message: denial('lambda:Unknown') });
  });

  it('is EC2’s own XML for EC2', async () => {
    const response = await call('ec2', '/?Action=DescribeInstances', {});
    expect(response.status).toBe(403);
    expect(response.text).toContain(
      `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${denial('ec2:DescribeInstances')}</Message></Error></Errors><RequestID>`,
    );
  });

  it('is an ErrorResponse for query services', async () => {
    const response = await call('rds', '/?Action=DescribeDBInstances', {});
    expect(response.status).toBe(403);
    expect(response.text).toContain(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>',
    );
  });
});

describe('a host', () => {
  it('without a part answers that the operation is unknown, once the caller may ask', async () => {
    const response = await call('rds', '/?Action=DescribeDBInstances', {}, admin);
    expect(response.status).toBe(400);
    expect(response.text).toContain('<Code>InvalidAction</Code>');
  });

  it('that is none of AWS’s is not served', async () => {
    for (const host of [
      'example.com',
      's3.amazonaws.com.evil.example',
      'amazonaws.com',
      '127.0.0.1',
    ]) {
      const response = await send(standIn.port, { path: '/', headers: { host } });
      expect(response.status).toBe(404);
    }
  });

  it('is refused with a header given twice', async () => {
    const headers = { host: 'sts.amazonaws.com', authorization: ['AWS4-HMAC-SHA256 a', 'b'] };
    expect((await send(standIn.port, { path: '/', headers })).status).toBe(400);
  });
});

describe('inject', () => {
  const ask = () => call('rds', '/?Action=DescribeDBInstances', {}, admin);

  it('plays an answer as often as told, and no longer', async () => {
    standIn.inject({ service: 'rds', times: 2, respond: { status: 503, body: 'busy' } });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([
      503, 503, 400,
    ]);
  });

  it('cuts the connection, and can be withdrawn', async () => {
    const withdraw = standIn.inject({ action: 'DescribeDBInstances', times: 9, reset: true });
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(standIn.requests.at(-1)).toMatchObject({ outcome: 'aborted', status: 0 });
    withdraw();
    expect((await ask()).status).toBe(400);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { outcome, send } from '../support/raw-request.js';
import { role } from '../support/seed.js';
import { NOW, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start({ clock: () => NOW });
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const S3_HOST = 'demo-bucket.s3.us-east-1.amazonaws.com';
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe('the signature of an S3 call', () => {
  const put = (path: string, body: string, more: Record<string, string> = {}) =>
    sign(
      { method: 'PUT', path, body, headers: { host: S3_HOST, ...more } },
      { credentials: operator, service: 's3' },
    );

  it('fails when the body is not the one that was hashed', async () => {
    const signed = await put('/key', 'hello');
    const altered = await send(standIn.port, { ...signed, body: 'jello' });
    expect(outcome(altered)).toEqual([400, 'XAmzContentSHA256Mismatch']);
    const read = await sign(
      { path: '/key', headers: { host: S3_HOST } },
      { credentials: operator, service: 's3' },
    );
    expect(outcome(await send(standIn.port, read))).toEqual([404, 'NoSuchKey']);
  });

  it('names the headers that were not signed', async () => {
    const signed = await put('/key', 'hello');
    const headers = { ...signed.headers, 'x-amz-acl': 'public-read', 'x-amz-meta-a': 'b' };
    const response = await send(standIn.port, { ...signed, headers });
    expect(outcome(response)).toEqual([403, 'AccessDenied']);
    expect(response.text).toContain(
      'There were headers present in the request which were not signed',
    );
    expect(response.text).toContain('<HeadersNotSigned>x-amz-acl, x-amz-meta-a</HeadersNotSigned>');
  });

  it('must state its payload in a known form', async () => {
    const signed = await sign(
      { path: '/key', headers: { host: S3_HOST, 'x-amz-content-sha256': 'no' } },
      { credentials: operator, service: 's3' },
    );
    expect(outcome(await send(standIn.port, signed))).toEqual([400, 'InvalidArgument']);
    const { 'x-amz-content-sha256': _hash, ...headers } = signed.headers;
    headers.authorization = headers.authorization?.replace('x-amz-content-sha256;', '') ?? '';
    const response = await send(standIn.port, { ...signed, headers });
    expect(outcome(response)).toEqual([400, 'InvalidRequest']);
  });

  it('checks Content-MD5 and checksum headers', async () => {
    const md5 = createHash('md5').update('other').digest('base64');
    const digest = await put('/key', 'hello', { 'content-md5': md5 });
    expect(outcome(await send(standIn.port, digest))).toEqual([400, 'BadDigest']);
    const checksum = await put('/key', 'hello', { 'x-amz-checksum-crc32': 'AAAAAA==' });
    expect(outcome(await send(standIn.port, checksum))).toEqual([400, 'BadDigest']);
    const right = await put('/key', 'hello', { 'x-amz-checksum-crc32': 'NhCmhg==' });
    expect(outcome(await send(standIn.port, right))).toEqual([200, undefined]);
  });

  it('expects the region of the endpoint and says which', async () => {
    const signed = await sign(
      { path: '/key', headers: { host: S3_HOST } },
      { credentials: operator, service: 's3', region: 'eu-west-1' },
    );
    const response = await send(standIn.port, signed);
    expect(outcome(response)).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(response.text).toContain('<Region>us-east-1</Region>');
  });

  it('allows fifteen minutes of skew and reports more', async () => {
    const get = async (seconds: number) => {
      const signing = { credentials: operator, service: 's3', signingDate: at(seconds) };
      const signed = await sign({ path: '/', headers: { host: S3_HOST } }, signing);
      return outcome(await send(standIn.port, { ...signed, method: 'GET' }));
    };
    expect((await get(-900))[1]).not.toBe('RequestTimeTooSkewed');
    expect(await get(-901)).toEqual([403, 'RequestTimeTooSkewed']);
    expect(await get(901)).toEqual([403, 'RequestTimeTooSkewed']);
  });

  it('refuses a body sent in plain HTTP chunks', async () => {
    const signed = await put('/key', 'hello');
    const headers = { ...signed.headers, 'transfer-encoding': 'chunked' };
    const { 'content-length': _length, ...chunked } = { 'content-length': '', ...headers };
    const response = await send(standIn.port, { ...signed, headers: chunked });
    expect(outcome(response)).toEqual([501, 'NotImplemented']);
  });
});

import { createHash } from 'node:crypto';
import { DeleteObjectsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { outcome, send } from '../support/raw-request.js';
import { role } from '../support/seed.js';
import { sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start();
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const reader = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });
const s3 = new S3Client(clientConfig(standIn, operator));
const Bucket = 'demo-bucket';
const KEYS = ['a b+c~ü.txt', 'a//b/../c', '<&>"\''];

const remove = (client: S3Client, Quiet = false) =>
  client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: KEYS.map((Key) => ({ Key })), Quiet } }),
  );

it('deletes keys whatever their characters, and says which', async () => {
  for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const denied = await remove(new S3Client(clientConfig(standIn, reader)));
  expect(denied.Deleted ?? []).toEqual([]);
  expect(denied.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual(
    KEYS.map((key) => [key, 'AccessDenied']),
  );
  const done = await remove(s3);
  expect(done.Deleted?.map(({ Key }) => Key)).toEqual(KEYS);
  expect((await remove(s3, true)).Deleted).toBeUndefined();
});

async function raw(body: string, more: Record<string, string>) {
  const host = `${Bucket}.s3.us-east-1.amazonaws.com`;
  const request = { method: 'POST', path: '/?delete', headers: { host, ...more }, body };
  const signing = { credentials: operator, service: 's3', signingDate: new Date() };
  return outcome(await send(standIn.port, await sign(request, signing)));
}
const md5 = (body: string) => createHash('md5').update(body).digest('base64');

it('wants the body protected', async () => {
  const body = '<Delete><Object><Key>a</Key></Object></Delete>';
  expect(await raw(body, {})).toEqual([400, 'InvalidRequest']);
  expect(await raw(body, { 'content-md5': md5('else') })).toEqual([400, 'BadDigest']);
  expect(await raw(body, { 'content-md5': md5(body) })).toEqual([200, undefined]);
});

it.each([
  '',
  '<Delete></Delete>',
  '<Delete><Object></Object></Delete>',
  '<Delete><Object><Key>a</Delete>',
  '<Delete><Object><Key>&nope;</Key></Object></Delete>',
  '<Delete><Object><Key>&#x110000;</Key></Object></Delete>',
  `<Delete>${'<Object><Key>a</Key></Object>'.repeat(1001)}</Delete>`,
])('refuses a document it cannot read: %.60s', async (body) => {
  expect(await raw(body, { 'content-md5': md5(body) })).toEqual([400, 'MalformedXML']);
});

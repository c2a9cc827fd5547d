import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { createClients, download } from '../support/sdk.js';
import { createWorld, MODES } from '../support/world.js';

const world = await createWorld();
const Bucket = BUCKET;
const ODD_KEYS = ['a b+c~ü.txt', 'a//b/../c', "it's (1)!*.txt", '日本/語 %41.bin'];

describe.each(MODES)('S3Client, %s', (mode) => {
  const open = () => {
    const login = world.login('alice', 'role_for_alice');
    return { login, ...createClients(world, mode, login) };
  };

  it.each(ODD_KEYS)('keeps the key %s as it is', async (odd) => {
    const { login, s3 } = open();
    const Key = `${mode}/odd/${odd}`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}` }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ContentLength).toBe(Buffer.byteLength(`body of ${Key}`));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe(`body of ${Key}`);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(Contents).toMatchObject([{ Key }]);
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    const opened = await download(world, mode, url);
    expect([opened.status, opened.body.toString()]).toEqual([200, `body of ${Key}`]);
    await login.showsOnly(mode, [
      's3:PutObject',
      's3:HeadObject',
      's3:GetObject',
      's3:ListObjectsV2',
      's3:GetObject',
    ]);
  });

  it('lists a prefix, page by page, in both versions of the call', async () => {
    const { login, s3 } = open();
    const keys = ['a', 'b/1', 'b/2', 'c'].map((name) => `${mode}/list/${name}`);
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const Prefix = `${mode}/list/`;
    const folded = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }));
    expect(folded.CommonPrefixes).toEqual([{ Prefix: `${Prefix}b/` }]);
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 3 }));
    const ContinuationToken = page.NextContinuationToken;
    const rest = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
    const seen = [...(page.Contents ?? []), ...(rest.Contents ?? [])].map(({ Key }) => Key);
    expect(seen).toEqual(keys);
    const older = await s3.send(new ListObjectsCommand({ Bucket, Prefix, Marker: keys[1] }));
    expect(older.Contents?.map(({ Key }) => Key)).toEqual(keys.slice(2));
    await login.shows(({ events, calls }) => {
      expect(calls).toHaveLength(events.length);
      expect(new Set(calls.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    });
  });

  it('copies and deletes in bulk', async () => {
    const { login, s3 } = open();
    const [from, to] = [`${mode}/<&> from`, `${mode}/to ü`];
    await s3.send(new PutObjectCommand({ Bucket, Key: from, Body: 'bytes' }));
    const CopySource = `${Bucket}/${encodeURIComponent(from)}`;
    await s3.send(new CopyObjectCommand({ Bucket, Key: to, CopySource }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: to }));
    expect(await got.Body?.transformToString()).toBe('bytes');
    const Objects = [{ Key: from }, { Key: to }];
    const gone = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(gone.Deleted).toEqual(Objects);
    await login.showsOnly(mode, [
      's3:PutObject',
      's3:CopyObject',
      's3:GetObject',
      's3:DeleteObjects',
    ]);
  });

  it('presigns addresses that work through the proxy, and only unchanged', async () => {
    const { login, s3 } = open();
    const Key = `${mode}/presigned ü+`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'shown' }));
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    const opened = await download(world, mode, url);
    expect([opened.status, opened.body.toString()]).toEqual([200, 'shown']);
    const changed = await download(world, mode, url.replace('presigned', 'other'));
    expect(changed.status).toBe(403);
    expect(changed.body.toString()).toContain('<Code>SignatureDoesNotMatch</Code>');
    // Neither a longer life nor a missing signature passes.
    const longer = await download(world, mode, url.replace('Expires=60', 'Expires=6000'));
    const bare = await download(world, mode, url.split('?')[0] ?? '');
    expect([longer.status, bare.status]).toEqual([403, 403]);
    await login.shows(({ events, calls }) => {
      expect(calls.map(({ action, outcome }) => [action, outcome])).toEqual([
        ['s3:PutObject', 'ok'],
        ['s3:GetObject', 'ok'],
      ]);
      expect(events.map(({ reason }) => reason)).toEqual([
        undefined,
        undefined,
        'signature-mismatch',
        'signature-mismatch',
      ]);
      expect(JSON.stringify(events)).not.toMatch(/X-Amz-Signature=[0-9a-f]/);
    });
  });
});

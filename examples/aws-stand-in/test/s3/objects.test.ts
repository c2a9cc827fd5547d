import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { role } from '../support/seed.js';
import { start } from '../support/start.js';

const standIn = await start();
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const reader = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });
const s3 = new S3Client(clientConfig(standIn, operator));
const Bucket = 'demo-bucket';
const KEYS = ['plain.txt', 'a b+c~ü.txt', 'a//b/../c', "it's (1)!*.txt", '日本/語 %41.bin'];

const read = async (body: unknown): Promise<Buffer> => {
  const parts: Buffer[] = [];
  if (!(body instanceof Readable)) throw new TypeError('not a stream');
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
};

describe('S3 objects through the AWS SDK', () => {
  for (const forcePathStyle of [false, true]) {
    const client = new S3Client({ ...clientConfig(standIn, operator), forcePathStyle });
    for (const Key of KEYS) {
      it(`keeps ${Key}, ${forcePathStyle ? 'path' : 'virtual-hosted'} style`, async () => {
        const Body = `body of ${Key}`;
        const Metadata = { owner: 'alice' };
        const put = await client.send(new PutObjectCommand({ Bucket, Key, Body, Metadata }));
        expect(put.ETag).toBe(`"${createHash('md5').update(Body).digest('hex')}"`);
        const got = await client.send(new GetObjectCommand({ Bucket, Key }));
        expect((await read(got.Body)).toString()).toBe(Body);
        expect(got.Metadata).toEqual(Metadata);
        const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
        expect(head.ContentLength).toBe(Buffer.byteLength(Body));
      });
    }
  }

  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    it(`verifies a streamed upload with a trailing ${ChecksumAlgorithm}`, async () => {
      const bytes = Buffer.alloc(300_000, ChecksumAlgorithm);
      const Key = `streamed-${ChecksumAlgorithm}`;
      const pieces = [bytes.subarray(0, 70_000), bytes.subarray(70_000)];
      standIn.clearRequests();
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: Readable.from(pieces),
          ContentLength: bytes.length,
          ChecksumAlgorithm,
        }),
      );
      expect(standIn.requests.at(-1)).toMatchObject({ payload: 'streaming', outcome: 'ok' });
      const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect((await read(got.Body)).equals(bytes)).toBe(true);
      expect(got[`Checksum${ChecksumAlgorithm}`]).toEqual(expect.any(String));
    });
  }

  it('serves ranges and refuses one outside the object', async () => {
    const Key = 'digits';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: '0123456789' }));
    const range = async (Range: string) => {
      const got = await s3.send(new GetObjectCommand({ Bucket, Key, Range }));
      return [(await read(got.Body)).toString(), got.ContentRange];
    };
    expect(await range('bytes=2-4')).toEqual(['234', 'bytes 2-4/10']);
    expect(await range('bytes=7-')).toEqual(['789', 'bytes 7-9/10']);
    expect(await range('bytes=-3')).toEqual(['789', 'bytes 7-9/10']);
    await expect(range('bytes=10-')).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('lists by prefix, delimiter and page', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'listing' }));
    for (const Key of ['a/1', 'a/2', 'b/1', 'c', 'd']) {
      await s3.send(new PutObjectCommand({ Bucket: 'listing', Key, Body: '' }));
    }
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket: 'listing',
          Delimiter: '/',
          MaxKeys: 2,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        }),
      );
      seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ''));
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(['a/', 'b/', 'c', 'd']);
    const inner = await s3.send(new ListObjectsV2Command({ Bucket: 'listing', Prefix: 'a/' }));
    expect(inner.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
  });

  it('deletes objects and only empty buckets', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'short-lived' }));
    await s3.send(new PutObjectCommand({ Bucket: 'short-lived', Key: 'x', Body: 'x' }));
    const deleteBucket = () => s3.send(new DeleteBucketCommand({ Bucket: 'short-lived' }));
    await expect(deleteBucket()).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    await s3.send(new DeleteObjectCommand({ Bucket: 'short-lived', Key: 'x' }));
    await deleteBucket();
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).not.toContain('short-lived');
  });

  it('answers a missing key by what the caller may list', async () => {
    const missing = new GetObjectCommand({ Bucket, Key: 'missing' });
    await expect(s3.send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('lets a read-only role read and denies it to write', async () => {
    const client = new S3Client(clientConfig(standIn, reader));
    const put = client.send(new PutObjectCommand({ Bucket, Key: 'mine', Body: 'x' }));
    await expect(put).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const list = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(list.Contents?.length).toBeGreaterThan(0);
    expect(standIn.requests.find(({ errorCode }) => errorCode === 'AccessDenied')).toMatchObject({
      principal: 'arn:aws:sts::123456789012:assumed-role/ReadOnly/bob',
      action: 's3:PutObject',
      outcome: 'refused',
    });
  });

  it('sends a caller to the region where the bucket lives', async () => {
    const far = new ListObjectsV2Command({ Bucket: 'frankfurt' });
    await expect(s3.send(far)).rejects.toMatchObject({ name: 'PermanentRedirect' });
    const near = new S3Client(clientConfig(standIn, operator, 'eu-central-1'));
    expect((await near.send(far)).KeyCount).toBe(0);
  });

  it('denies another account', async () => {
    const client = new S3Client(clientConfig(standIn, standIn.credentialsFor('stranger')));
    const list = client.send(new ListObjectsV2Command({ Bucket }));
    await expect(list).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

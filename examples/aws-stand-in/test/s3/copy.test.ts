import { createHash, randomBytes } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { role } from '../support/seed.js';
import { start } from '../support/start.js';

const standIn = await start();
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const s3 = new S3Client(clientConfig(standIn, operator));
const Bucket = 'demo-bucket';
const BYTES = randomBytes(6 * 1024 * 1024);
const ODD = 'a b+c~ü.txt';
const source = `${Bucket}/${encodeURIComponent(ODD)}`;

const put = (Key: string, Body: Buffer | string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { owner: 'alice' } }));
const copy = (Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
  s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: source, ...more }));
async function get(Key: string) {
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
  return { ...got, bytes: Buffer.from((await got.Body?.transformToByteArray()) ?? []) };
}

beforeAll(async () => {
  await put(ODD, BYTES);
});

describe('CopyObject', () => {
  it('takes bytes, headers and checksum along', async () => {
    const answer = await copy('copied');
    const got = await get('copied');
    expect(got.bytes.equals(BYTES)).toBe(true);
    expect(got.Metadata).toEqual({ owner: 'alice' });
    expect(answer.CopyObjectResult).toMatchObject({
      ETag: `"${createHash('md5').update(BYTES).digest('hex')}"`,
      ChecksumCRC32: got.ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('replaces headers and checksum where asked', async () => {
    await copy('other', {
      MetadataDirective: 'REPLACE',
      Metadata: { owner: 'bob' },
      ChecksumAlgorithm: 'SHA256',
    });
    const got = await get('other');
    expect(got.Metadata).toEqual({ owner: 'bob' });
    expect(got.ChecksumSHA256).toBe(createHash('sha256').update(BYTES).digest('base64'));
  });

  it('takes tags along, or replaces them', async () => {
    const Tagging = 'team=a%20b&kind=c%2Bc';
    const Key = 'tagged';
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging }));
    const tags = async (of: string) =>
      (await s3.send(new GetObjectTaggingCommand({ Bucket, Key: of }))).TagSet;
    const both = [
      { Key: 'team', Value: 'a b' },
      { Key: 'kind', Value: 'c+c' },
    ];
    expect(await tags(Key)).toEqual(both);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(got.TagCount).toBe(2);
    await copy('kept', { CopySource: `${Bucket}/${Key}` });
    expect(await tags('kept')).toEqual(both);
    const other = { TaggingDirective: 'REPLACE', Tagging: 'team=c' } as const;
    await copy('other tags', { CopySource: `${Bucket}/${Key}`, ...other });
    expect(await tags('other tags')).toEqual([{ Key: 'team', Value: 'c' }]);
    for (const wrong of ['a=1&a=2', 'a=%3C', '=x']) {
      const put = new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: wrong });
      await expect(s3.send(put)).rejects.toMatchObject({ name: 'InvalidTag' });
    }
  });

  it('refuses a copy onto itself that changes nothing', async () => {
    await expect(copy(ODD)).rejects.toMatchObject({ name: 'InvalidRequest' });
    await expect(copy(ODD, { MetadataDirective: 'REPLACE' })).resolves.toBeDefined();
  });

  it.each<[string, Partial<CopyObjectCommandInput>, string]>([
    ['a missing source', { CopySource: `${Bucket}/nothing` }, 'NoSuchKey'],
    ['a missing bucket', { CopySource: 'nowhere-at-all/x' }, 'NoSuchBucket'],
    ['a source without a key', { CopySource: Bucket }, 'InvalidArgument'],
    ['a version', { CopySource: `${source}?versionId=1` }, 'NotImplemented'],
    ['another ETag', { CopySourceIfMatch: '"x"' }, 'PreconditionFailed'],
    ['a newer source', { CopySourceIfUnmodifiedSince: new Date(0) }, 'PreconditionFailed'],
  ])('refuses %s', async (_, more, name) => {
    await expect(copy('never', more)).rejects.toMatchObject({ name });
  });

  it('reads only what the caller may read', async () => {
    const writer = standIn.roleSession(role('ReadOnly'), { sessionName: 'bob' });
    const client = new S3Client(clientConfig(standIn, writer));
    const denied = client.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: source }));
    await expect(denied).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('UploadPartCopy', () => {
  const target = { Bucket, Key: 'joined' };
  const open = async () => {
    const answer = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }),
    );
    return answer.UploadId ?? '';
  };
  const part = (UploadId: string, PartNumber: number, CopySourceRange?: string) =>
    s3.send(
      new UploadPartCopyCommand({
        ...target,
        UploadId,
        PartNumber,
        CopySource: source,
        CopySourceRange,
      }),
    );

  it('makes parts of whole objects and of ranges', async () => {
    const UploadId = await open();
    const first = (await part(UploadId, 1)).CopyPartResult ?? {};
    const second = (await part(UploadId, 2, 'bytes=10-19')).CopyPartResult ?? {};
    const Parts = [first, second].map(({ ETag, ChecksumCRC32 }, index) => ({
      PartNumber: index + 1,
      ETag,
      ChecksumCRC32,
    }));
    await s3.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }),
    );
    const whole = Buffer.concat([BYTES, BYTES.subarray(10, 20)]);
    expect((await get('joined')).bytes.equals(whole)).toBe(true);
  });

  it('refuses a range that is not in the source', async () => {
    const UploadId = await open();
    for (const range of [`bytes=0-${BYTES.length}`, 'bytes=5-', 'bytes=9-8']) {
      await expect(part(UploadId, 1, range)).rejects.toMatchObject({ name: 'InvalidArgument' });
    }
  });
});

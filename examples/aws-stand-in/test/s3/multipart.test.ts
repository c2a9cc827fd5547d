import { createHash, randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { role } from '../support/seed.js';
import { start } from '../support/start.js';

const standIn = await start();
const operator = standIn.roleSession(role('Operator'), { sessionName: 'alice' });
const s3 = new S3Client(clientConfig(standIn, operator));
const target = { Bucket: 'demo-bucket', Key: 'big file+1.bin' };
const PARTS = [randomBytes(5 * 1024 * 1024), randomBytes(5 * 1024 * 1024), randomBytes(1000)];
const WHOLE = Buffer.concat(PARTS);

const create = async (more: object = {}) => {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ ...target, ...more }));
  return UploadId;
};

async function uploadAll(UploadId: string, parts = PARTS): Promise<CompletedPart[]> {
  const done: CompletedPart[] = [];
  for (const [index, Body] of parts.entries()) {
    const PartNumber = index + 1;
    const part = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    const { ETag = '', ChecksumCRC32 = '' } = part;
    done.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  return done;
}

const complete = (UploadId: string, Parts: CompletedPart[]) =>
  s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));

describe('a multipart upload', () => {
  it('becomes one object with an ETag over the parts', async () => {
    const UploadId = await create({ ChecksumAlgorithm: 'CRC32' });
    const done = await complete(UploadId, await uploadAll(UploadId));
    const md5s = PARTS.map((part) => createHash('md5').update(part).digest());
    const etag = createHash('md5').update(Buffer.concat(md5s)).digest('hex');
    expect(done.ETag).toBe(`"${etag}-3"`);
    expect(done.ChecksumCRC32).toMatch(/-3$/);
    const got = await s3.send(new GetObjectCommand(target));
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(WHOLE)).toBe(true);
    const across = await s3.send(
      new GetObjectCommand({ ...target, Range: 'bytes=5242878-5242881' }),
    );
    const slice = Buffer.from((await across.Body?.transformToByteArray()) ?? []);
    expect(slice.equals(WHOLE.subarray(5_242_878, 5_242_882))).toBe(true);
  });

  it('refuses wrong, unordered and small parts', async () => {
    const UploadId = await create();
    const parts = await uploadAll(UploadId);
    const [first = {}, second = {}, third = {}] = parts;
    const wrong = [{ ...first, ETag: second.ETag ?? '' }, second, third];
    await expect(complete(UploadId, wrong)).rejects.toMatchObject({ name: 'InvalidPart' });
    const unordered = [second, first];
    await expect(complete(UploadId, unordered)).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    const small = await create();
    const tiny = await uploadAll(small, [Buffer.from('a'), Buffer.from('b')]);
    await expect(complete(small, tiny)).rejects.toMatchObject({ name: 'EntityTooSmall' });
  });

  it('is gone after an abort and after completion', async () => {
    const UploadId = await create();
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    await expect(complete(UploadId, [{ PartNumber: 1, ETag: '"x"' }])).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });
});

import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { createClients } from '../support/sdk.js';
import { createWorld, MODES } from '../support/world.js';

const world = await createWorld();
const Bucket = BUCKET;
const BYTES = randomBytes(20 * 1024 * 1024);
const HALVES = [BYTES.subarray(0, 10 * 1024 * 1024), BYTES.subarray(10 * 1024 * 1024)];

async function get(s3: S3Client, Key: string, Range?: string) {
  const input = { Bucket, Key, ...(Range ? { Range } : { ChecksumMode: 'ENABLED' as const }) };
  const answer = await s3.send(new GetObjectCommand(input));
  return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) };
}

describe.each(MODES)('S3Client with 20 MiB, %s', (mode) => {
  const open = () => {
    const login = world.login('alice', 'role_for_alice');
    return { login, ...createClients(world, mode, login) };
  };

  it.each<[string, Partial<PutObjectCommandInput>, string, string]>([
    ['its default checksum', {}, 'CRC32', 'hash'],
    ['SHA-256', { ChecksumAlgorithm: 'SHA256' }, 'SHA256', 'hash'],
    ['a trailing CRC32', streamed('CRC32'), 'CRC32', 'streaming'],
    ['a trailing CRC32C', streamed('CRC32C'), 'CRC32C', 'streaming'],
    ['a trailing CRC64NVME', streamed('CRC64NVME'), 'CRC64NVME', 'streaming'],
    ['a trailing SHA-256', streamed('SHA256'), 'SHA256', 'streaming'],
  ])('goes up with %s and comes down verified', async (_, more, name, payload) => {
    const { login, s3 } = open();
    const Key = `${mode}/${name}-${payload}`;
    const Body = payload === 'streaming' ? Readable.from(HALVES) : BYTES;
    const put = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    expect(put.ETag).toBe(`"${createHash('md5').update(BYTES).digest('hex')}"`);
    const got = await get(s3, Key);
    expect(got.bytes.equals(BYTES)).toBe(true);
    const member = `Checksum${name}`;
    expect(got).toMatchObject({ [member]: expect.any(String), ChecksumType: 'FULL_OBJECT' });
    if (name === 'SHA256') {
      expect(got.ChecksumSHA256).toBe(createHash('sha256').update(BYTES).digest('base64'));
    }
    await login.showsOnly(mode, ['s3:PutObject', 's3:GetObject']);
    const { calls, events } = login.trace();
    expect(calls[0]?.payload).toBe(payload);
    expect(events[0]?.bytesIn).toBeGreaterThanOrEqual(BYTES.length);
    expect(events[1]?.bytesOut).toBe(BYTES.length);
  });

  it('comes down in ranges', async () => {
    const { login, s3 } = open();
    const Key = `${mode}/ranges`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: BYTES }));
    const [first, last] = await Promise.all([
      get(s3, Key, 'bytes=0-10485759'),
      get(s3, Key, 'bytes=-10485760'),
    ]);
    expect(Buffer.concat([first.bytes, last.bytes]).equals(BYTES)).toBe(true);
    expect(first.ContentRange).toBe(`bytes 0-10485759/${BYTES.length}`);
    await expect(get(s3, Key, 'bytes=20971520-')).rejects.toMatchObject({ name: 'InvalidRange' });
    await login.shows(({ calls }) => {
      expect(calls.map(({ status }) => status)).toEqual([200, 206, 206, 416]);
    });
  });

  it('goes up in parts, uploaded and copied, which are listed and become one', async () => {
    const { login, s3 } = open();
    const target = { Bucket, Key: `${mode}/in parts ü+.bin` };
    const source = `${mode}/source`;
    await s3.send(new PutObjectCommand({ Bucket, Key: source, Body: BYTES }));
    const made = await s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }),
    );
    const upload = { ...target, UploadId: made.UploadId ?? '' };
    const [Body = BYTES] = HALVES;
    const first = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body }));
    const copied = await s3.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 2,
        CopySource: `${Bucket}/${source}`,
        CopySourceRange: `bytes=10485760-${BYTES.length - 1}`,
      }),
    );
    const { Parts } = await s3.send(new ListPartsCommand(upload));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 10_485_760],
      [2, 10_485_760],
    ]);
    const done: CompletedPart[] = [first, copied.CopyPartResult ?? {}].map(
      ({ ETag, ChecksumCRC32 }, index) => ({ PartNumber: index + 1, ETag, ChecksumCRC32 }),
    );
    const whole = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }),
    );
    expect(whole.ChecksumCRC32).toMatch(/-2$/);
    expect((await get(s3, target.Key)).bytes.equals(BYTES)).toBe(true);
    const head = await s3.send(new HeadObjectCommand(target));
    expect([head.ContentLength, head.ETag]).toEqual([BYTES.length, whole.ETag]);
    await login.showsOnly(mode, [
      's3:PutObject',
      's3:CreateMultipartUpload',
      's3:UploadPart',
      's3:UploadPartCopy',
      's3:ListParts',
      's3:CompleteMultipartUpload',
      's3:GetObject',
      's3:HeadObject',
    ]);
  });

  it('is given up half-way', async () => {
    const { login, s3 } = open();
    const target = { Bucket, Key: `${mode}/given up` };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
    const list = async () =>
      (await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: target.Key }))).Uploads;
    expect(await list()).toMatchObject([{ Key: target.Key, UploadId }]);
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    expect(await list()).toBeUndefined();
    await login.showsOnly(mode, [
      's3:CreateMultipartUpload',
      's3:ListMultipartUploads',
      's3:AbortMultipartUpload',
      's3:ListMultipartUploads',
    ]);
  });

  it('is stored by nobody when its checksum is wrong', async () => {
    const { login, s3 } = open();
    const Key = `${mode}/wrong`;
    const put = s3.send(
      new PutObjectCommand({ Bucket, Key, Body: BYTES, ChecksumCRC32: 'AAAAAA==' }),
    );
    await expect(put).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(get(s3, Key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    await login.shows(({ calls }) => {
      expect(calls.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    });
  });
});

function streamed(ChecksumAlgorithm: 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA256') {
  return { ChecksumAlgorithm, ContentLength: BYTES.length };
}

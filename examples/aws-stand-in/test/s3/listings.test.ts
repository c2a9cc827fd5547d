import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListPartsCommand,
  PutObjectCommand,
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
const Bucket = 'demo-bucket';
const KEYS = ['a b+c~ü.txt', 'dir/1', 'dir/2', 'last'];
for (const Key of KEYS) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));

describe('ListObjects', () => {
  it('pages behind a marker', async () => {
    const seen: string[] = [];
    let Marker: string | undefined;
    for (;;) {
      const page = await s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 3, Marker }));
      expect(page.NextMarker).toBeUndefined();
      seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
      Marker = seen.at(-1);
      if (!page.IsTruncated) break;
    }
    expect(seen).toEqual(KEYS);
  });

  it('names the next marker of a listing with a delimiter, url-encoded where asked', async () => {
    const page = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2, EncodingType: 'url' }),
    );
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['a+b%2Bc~%C3%BC.txt']);
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
    expect(page.NextMarker).toBe('dir/');
    const rest = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: page.NextMarker }),
    );
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['last']);
    expect(rest.IsTruncated).toBe(false);
  });

  it('refuses limits and encodings that are none', async () => {
    const send = (more: object) => s3.send(new ListObjectsCommand({ Bucket, ...more }));
    await expect(send({ MaxKeys: -1 })).rejects.toMatchObject({ name: 'InvalidArgument' });
    await expect(send({ EncodingType: 'x' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

describe('uploads that are not complete', () => {
  it('are listed with their parts', async () => {
    const ids: string[] = [];
    for (const Key of ['up/1', 'up/1', 'up/2', 'zz']) {
      const made = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      ids.push(made.UploadId ?? '');
    }
    const upload = { Bucket, Key: 'up/2', UploadId: ids[2] ?? '' };
    for (const PartNumber of [3, 1, 2]) {
      await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body: `part ${PartNumber}` }));
    }
    const parts = await s3.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 6],
      [2, 6],
    ]);
    expect(parts.IsTruncated).toBe(true);
    const PartNumberMarker = parts.NextPartNumberMarker;
    const rest = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker }));
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);

    const list = (more: object) => s3.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
    const one = await list({ MaxUploads: 1, Prefix: 'up/' });
    expect(one.IsTruncated).toBe(true);
    const two = await list({
      Prefix: 'up/',
      KeyMarker: one.NextKeyMarker,
      UploadIdMarker: one.NextUploadIdMarker,
    });
    const seen = [...(one.Uploads ?? []), ...(two.Uploads ?? [])].map(({ UploadId }) => UploadId);
    expect([...seen].sort()).toEqual(ids.slice(0, 3).sort());
    const behind = await list({ Prefix: 'up/', KeyMarker: 'up/1' });
    expect(behind.Uploads?.map(({ Key }) => Key)).toEqual(['up/2']);
    const folded = await list({ Delimiter: '/' });
    expect(folded.CommonPrefixes).toEqual([{ Prefix: 'up/' }]);
    expect(folded.Uploads?.map(({ Key }) => Key)).toEqual(['zz']);
  });

  it('have parts only under their own key', async () => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'mine' }));
    const other = s3.send(new ListPartsCommand({ Bucket, Key: 'other', UploadId }));
    await expect(other).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});

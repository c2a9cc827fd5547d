import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { describeAwsCli } from '../support/aws-cli.js';
import { createWorld } from '../support/world.js';

const world = await createWorld();
const BYTES = randomBytes(20 * 1024 * 1024);
const big = join(world.folder, 'big.bin');
writeFileSync(big, BYTES);
const sha256 = createHash('sha256').update(BYTES).digest('base64');
const parts = (name: string) => [name, name, name];

describeAwsCli('aws s3 with 20 MiB', world, ({ run, mode, modern }) => {
  it.concurrent('goes up in parts and comes down again, byte for byte', async () => {
    const login = world.login('alice', 'role_for_alice');
    const key = `${mode}/big.bin`;
    const back = join(world.folder, `back-${mode}.bin`);
    const up = await run(login, ['s3', 'cp', big, `s3://${BUCKET}/${key}`, '--no-progress']);
    expect(up).toMatchObject({ code: 0, err: '' });
    await login.showsOnly(mode, [
      's3:CreateMultipartUpload',
      ...parts('s3:UploadPart'),
      's3:CompleteMultipartUpload',
    ]);
    for (const { action, payload } of login.trace().calls) {
      // Recent ones protect each part with a checksum behind its body; the older one hashes or leaves it to TLS.
      if (modern && action === 's3:UploadPart') expect(payload).toBe('streaming');
    }
    const down = await run(login, ['s3', 'cp', `s3://${BUCKET}/${key}`, back, '--no-progress']);
    expect(down).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(back).equals(BYTES)).toBe(true);
    const { events } = login.trace();
    expect(events.reduce((sum, { bytesIn }) => sum + bytesIn, 0)).toBeGreaterThan(BYTES.length);
    expect(events.reduce((sum, { bytesOut }) => sum + bytesOut, 0)).toBeGreaterThan(BYTES.length);
  });

  it.concurrent('goes up at once with a trailing SHA-256, which is verified on the way down', async () => {
    const login = world.login('alice', 'role_for_alice');
    const object = ['--bucket', BUCKET, '--key', `${mode}/whole.bin`];
    const back = join(world.folder, `whole-${mode}.bin`);
    const put = await run(login, [
      ...['s3api', 'put-object', ...object, '--body', big],
      ...['--checksum-algorithm', 'SHA256', '--output', 'json'],
    ]);
    expect(put.json()).toMatchObject({ ChecksumSHA256: sha256 });
    await login.showsOnly(mode, ['s3:PutObject']);
    const { calls, events } = login.trace();
    expect(calls[0]?.payload).toBe('streaming');
    expect(events[0]).toMatchObject({ streamed: true, payloadMode: 'chunked' });
    const get = await run(login, [
      ...['s3api', 'get-object', ...object, '--checksum-mode', 'ENABLED'],
      ...['--output', 'json', back],
    ]);
    expect(get.json()).toMatchObject({ ChecksumSHA256: sha256, ContentLength: BYTES.length });
    expect(readFileSync(back).equals(BYTES)).toBe(true);
    const range = await run(login, [
      ...['s3api', 'get-object', ...object, '--range', 'bytes=7-1000006'],
      ...['--output', 'json', back],
    ]);
    expect(range.json()).toMatchObject({ ContentLength: 1_000_000 });
    expect(readFileSync(back).equals(BYTES.subarray(7, 1_000_007))).toBe(true);
  });

  it.concurrent('is moved inside AWS, part by part', async () => {
    const login = world.login('alice', 'role_for_alice');
    const [from, to] = [`s3://${BUCKET}/${mode}/from.bin`, `s3://${BUCKET}/${mode}/to here.bin`];
    expect(await run(login, ['s3', 'cp', big, from, '--no-progress'])).toMatchObject({ code: 0 });
    const before = login.trace().events.length;
    expect(await run(login, ['s3', 'mv', from, to, '--no-progress'])).toMatchObject({ code: 0 });
    await login.shows(({ calls }) => {
      const names = calls.slice(before).map(({ action }) => action);
      expect(names.filter((name) => name === 's3:UploadPartCopy')).toHaveLength(3);
      expect(names).toContain('s3:DeleteObject');
    });
    const back = await run(login, ['s3', 'cp', to, '-', '--no-progress']);
    expect(back.stdout.equals(BYTES)).toBe(true);
  });

  it.concurrent('is uploaded part by part by hand, listed and given up', async () => {
    const login = world.login('alice', 'role_for_alice');
    const Key = `${mode}/by hand ü.bin`;
    const api = async (name: string, ...args: string[]) => {
      const done = await run(login, ['s3api', name, '--bucket', BUCKET, ...args]);
      expect(done).toMatchObject({ code: 0, err: '' });
      return done;
    };
    const made = await api('create-multipart-upload', '--key', Key, '--output', 'json');
    const id = String(made.json().UploadId);
    const upload = ['--key', Key, '--upload-id', id];
    await api('upload-part', ...upload, '--part-number', '1', '--body', big);
    const listed = await api('list-parts', ...upload, '--output', 'json');
    expect(listed.json().Parts).toMatchObject([{ PartNumber: 1, Size: BYTES.length }]);
    const open = await api('list-multipart-uploads', '--prefix', `${mode}/by`, '--output', 'json');
    expect(open.json().Uploads).toMatchObject([{ Key, UploadId: id }]);
    await api('abort-multipart-upload', ...upload);
    await login.showsOnly(mode, [
      's3:CreateMultipartUpload',
      's3:UploadPart',
      's3:ListParts',
      's3:ListMultipartUploads',
      's3:AbortMultipartUpload',
    ]);
  });
});

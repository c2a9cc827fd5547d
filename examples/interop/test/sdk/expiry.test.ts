import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { createClients } from '../support/sdk.js';
import { createTimeTravel } from '../support/time-travel.js';
import { createWorld, MODES } from '../support/world.js';

const world = await createWorld();
const { world: travelling, rewind, travel, ends } = await createTimeTravel();
const Bucket = BUCKET;
const BYTES = randomBytes(20 * 1024 * 1024);

describe.each(MODES)('the AWS SDK, %s', (mode) => {
  it('does not notice that AWS ends the session between two calls', async () => {
    const login = world.login('alice', 'role_for_alice');
    const { s3, sts } = createClients(world, mode, login);
    const Key = `${mode}/renewed`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: BYTES }));
    const steps = [
      () => s3.send(new GetObjectCommand({ Bucket, Key })),
      () => sts.send(new GetCallerIdentityCommand({})),
    ];
    for (const step of steps) {
      const before = world.gateway.proxy.metrics().expiredRetries;
      expect(world.aws.expireSessions({ sessionName: 'alice' })).toBeGreaterThan(0);
      const answer = await step();
      if ('Body' in answer) {
        const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
        expect(bytes.equals(BYTES)).toBe(true);
      }
      expect(world.gateway.proxy.metrics().expiredRetries).toBe(before + 1);
    }
    await login.showsOnly(mode, ['s3:PutObject', 's3:GetObject', 'sts:GetCallerIdentity']);
    const keys = login.trace().events.map(({ aws }) => aws?.accessKeyId);
    expect(new Set(keys).size).toBe(3);
  });

  it('is told so when the body of the call is already gone, and works again', async () => {
    const login = world.login('alice', 'role_for_alice');
    const { s3 } = createClients(world, mode, login);
    const Key = `${mode}/streamed`;
    await s3.send(new ListObjectsV2Command({ Bucket }));
    world.aws.expireSessions({ sessionName: 'alice' });
    const put = () =>
      s3.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: Readable.from([BYTES.subarray(0, 1_000_000), BYTES.subarray(1_000_000)]),
          ContentLength: BYTES.length,
        }),
      );
    await expect(put()).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(put()).resolves.toMatchObject({ ETag: expect.any(String) });
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(BYTES)).toBe(true);
    await login.shows(({ events, calls }) => {
      expect(calls.map(({ errorCode }) => errorCode)).toEqual([
        undefined,
        'ExpiredToken',
        undefined,
        undefined,
      ]);
      expect(events[1]).toMatchObject({ outcome: 'allowed', awsErrorCode: 'ExpiredToken' });
    });
  });

  it('is told when the login itself has ended', async () => {
    rewind();
    const login = travelling.login('alice', 'role_for_alice', { expiresAt: ends() });
    const list = () =>
      createClients(travelling, mode, login).s3.send(new ListObjectsV2Command({ Bucket }));
    await expect(list()).resolves.toBeDefined();
    travel();
    // A client of its own: an SDK sets its clock by the answers it gets, and would live in the past.
    await expect(list()).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: expect.stringContaining('log in again'),
    });
    await login.shows(({ events, calls }) => {
      expect(calls).toMatchObject([{ action: 's3:ListObjectsV2', outcome: 'ok' }]);
      expect(events).toMatchObject([
        { outcome: 'allowed', mode },
        { outcome: 'denied', reason: 'session-expired', user: 'alice', mode },
      ]);
    });
  });
});

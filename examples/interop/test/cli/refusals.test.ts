import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { describeAwsCli } from '../support/aws-cli.js';
import { createWorld, type Login } from '../support/world.js';

const world = await createWorld();

describeAwsCli('aws', world, ({ run, mode }) => {
  it.concurrent.each([
    [
      's3api',
      ['s3api', 'put-object', '--bucket', BUCKET, '--key', 'no'],
      'AccessDenied',
      's3:PutObject',
    ],
    [
      'dynamodb',
      ['dynamodb', 'delete-table', '--table-name', 'no-such'],
      'AccessDeniedException',
      'dynamodb:DeleteTable',
    ],
    [
      'cloudwatch',
      ['cloudwatch', 'put-metric-data', '--namespace', 'x', '--metric-name', 'y', '--value', '1'],
      'AccessDenied',
      'cloudwatch:PutMetricData',
    ],
    [
      'sts',
      [
        'sts',
        'assume-role',
        '--role-arn',
        'arn:aws:iam::123456789012:role/x',
        '--role-session-name',
        'no',
      ],
      'AccessDenied',
      'sts:AssumeRole',
    ],
  ])('%s tells what AWS has denied', async (_, args, code, action) => {
    const login = world.login('alice', 'ExampleReadOnlyAccess');
    const done = await run(login, args);
    expect(done.code).not.toBe(0);
    expect(done.err).toContain(`(${code}`);
    expect(done.err).toContain(`User: ${login.principal} is not authorized to perform: ${action}`);
    await login.shows(({ events, calls }) => {
      expect(calls).toMatchObject([{ action, outcome: 'refused', principal: login.principal }]);
      // The proxy let it pass; the record also says what AWS thought of it.
      expect(events).toMatchObject([{ outcome: 'allowed', mode }]);
      expect(events[0]?.awsErrorCode).toContain('AccessDenied');
    });
  });

  it.concurrent.each([
    ['s3api', ['s3api', 'list-objects-v2', '--bucket', BUCKET], 'AccessDenied'],
    ['dynamodb', ['dynamodb', 'list-tables'], 'AccessDeniedException'],
    ['cloudwatch', ['cloudwatch', 'list-metrics'], 'AccessDenied'],
    ['sts', ['sts', 'get-caller-identity'], 'AccessDenied'],
  ])('%s tells what the gateway has denied, and AWS never hears of it', async (_, args, code) => {
    // The gateway's documents keep bob out of production whatever else he has.
    const login = world.login('bob', 'ExampleReadOnlyAccess', { app: 'awsconsole-prod' });
    const done = await run(login, args);
    expect(done.code).not.toBe(0);
    expect(done.err).toContain(`(${code}`);
    expect(done.err).toContain('bob may not use');
    await login.shows(({ events, calls }) => {
      expect(calls).toEqual([]);
      expect(events).toMatchObject([
        { type: 'aws.request.denied', outcome: 'denied', user: 'bob', mode },
      ]);
    });
  });

  it.concurrent('tells of a key that the gateway does not know, and of a wrong secret', async () => {
    const login = world.login('alice', 'role_for_alice');
    const stranger = { ...login, accessKeyId: 'SP00STRANGERSTRANGER' };
    const unknown = await run(stranger, ['s3', 'ls', BUCKET]);
    expect(unknown.err).toContain('(InvalidAccessKeyId)');
    const thief = { ...login, secretAccessKey: 'guessed' };
    const guessed = await run(thief, ['s3', 'ls', BUCKET]);
    expect(guessed.err).toContain('(SignatureDoesNotMatch)');
    await login.shows(({ events, calls }) => {
      expect(calls).toEqual([]);
      // Nobody has proven to be alice here, so the record does not say that it was her.
      expect(events).toMatchObject([{ reason: 'signature-mismatch', outcome: 'denied' }]);
      expect(events[0]?.user).toBeUndefined();
    });
  });

  it.concurrent('keeps two users apart who work at the same time', async () => {
    const bytes = { alice: randomBytes(300_000), bob: randomBytes(300_000) };
    const logins: readonly ['alice' | 'bob', Login][] = [
      ['alice', world.login('alice', 'role_for_alice')],
      ['bob', world.login('bob', 'bob')],
    ];
    await Promise.all(
      logins.map(async ([user, login]) => {
        const [file, back] = ['', '-back'].map((end) =>
          join(world.folder, `${mode}-${user}${end}`),
        );
        const key = `s3://${BUCKET}/${user}/${mode}`;
        writeFileSync(file ?? '', bytes[user]);
        expect(await run(login, ['s3', 'cp', file ?? '', key])).toMatchObject({ code: 0 });
        expect(await run(login, ['s3', 'cp', key, back ?? ''])).toMatchObject({ code: 0 });
        expect(readFileSync(back ?? '').equals(bytes[user])).toBe(true);
      }),
    );
    for (const [, login] of logins) {
      await login.showsOnly(mode, ['s3:PutObject', 's3:HeadObject', 's3:GetObject']);
    }
    const bob = logins[1]?.[1] ?? world.login('bob', 'bob');
    const foreign = await run(bob, ['s3', 'cp', `s3://${BUCKET}/alice/${mode}`, '-']);
    expect(foreign.err).toMatch(/403|AccessDenied/);
  });
});

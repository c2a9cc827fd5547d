import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUCKET } from '../support/accounts.js';
import { describeAwsCli } from '../support/aws-cli.js';
import { download } from '../support/sdk.js';
import { createWorld } from '../support/world.js';

const world = await createWorld();
const ODD_KEYS = ['a b+c~ü.txt', 'a//b/../c'];

describeAwsCli('aws s3', world, ({ run, mode }) => {
  it.concurrent.each(ODD_KEYS)('keeps the key %s as it is', async (odd) => {
    const login = world.login('alice', 'role_for_alice');
    const key = `${mode}/odd/${odd}`;
    const file = join(world.folder, `odd-${mode}-${ODD_KEYS.indexOf(odd)}`);
    writeFileSync(file, `body of ${key}`);
    const up = await run(login, ['s3', 'cp', file, `s3://${BUCKET}/${key}`, '--no-progress']);
    expect(up).toMatchObject({ code: 0, err: '' });
    const listed = await run(login, [
      ...['s3api', 'list-objects-v2', '--bucket', BUCKET, '--output', 'json'],
      ...['--prefix', `${mode}/odd/${odd.slice(0, 3)}`],
    ]);
    expect(listed.json().Contents).toMatchObject([{ Key: key }]);
    const down = await run(login, ['s3', 'cp', `s3://${BUCKET}/${key}`, '-']);
    expect(down.out).toBe(`body of ${key}`);
    const presigned = await run(login, ['s3', 'presign', `s3://${BUCKET}/${key}`]);
    const address = presigned.out.trim();
    const opened = await download(world, mode, address);
    expect([opened.status, opened.body.toString()]).toEqual([200, `body of ${key}`]);
    await login.shows(({ events }) => {
      expect(events.at(-1)).toMatchObject({ outcome: 'allowed', http: { method: 'GET' } });
      expect(events.at(-1)?.http?.query).not.toMatch(/X-Amz-Signature=[0-9a-f]/);
    });
    await login.shows(({ events, calls }) => {
      expect(calls).toHaveLength(events.length);
      for (const call of calls)
        expect(call).toMatchObject({ outcome: 'ok', region: 'eu-central-1' });
    });
  });

  it.concurrent('opens no presigned address that was changed', async () => {
    const login = world.login('alice', 'role_for_alice');
    const presigned = await run(login, ['s3', 'presign', `s3://${BUCKET}/${mode}/secret`]);
    const address = presigned.out.trim().replace('/secret?', '/other?');
    const opened = await download(world, mode, address);
    expect(opened.status).toBe(403);
    expect(opened.body.toString()).toContain('<Code>SignatureDoesNotMatch</Code>');
    await login.shows(({ events, calls }) => {
      expect(events).toMatchObject([{ outcome: 'denied', reason: 'signature-mismatch' }]);
      expect(calls).toEqual([]);
    });
  });

  it.concurrent('synchronises folders, lists prefixes, moves and removes', async () => {
    const login = world.login('alice', 'role_for_alice');
    const prefix = `s3://${BUCKET}/${mode}-sync`;
    const folder = join(world.folder, `sync-${mode}`);
    mkdirSync(join(folder, 'deep er'), { recursive: true });
    writeFileSync(join(folder, 'one.txt'), 'one');
    writeFileSync(join(folder, 'deep er', 'zwei+ü.txt'), 'zwei');
    const s3 = async (...args: string[]) => {
      const done = await run(login, ['s3', ...args]);
      expect(done).toMatchObject({ code: 0, err: '' });
      return done.out;
    };
    await s3('sync', folder, prefix, '--no-progress');
    expect(await s3('sync', folder, prefix, '--no-progress')).toBe('');
    expect(await s3('ls', `${prefix}/`)).toMatch(/PRE deep er\/\n.* 3 one\.txt\n$/);
    expect(await s3('ls', prefix, '--recursive')).toMatch(
      new RegExp(/ 4 \S+-sync\/deep er\/zwei\+ü\.txt\n.* 3 \S+-sync\/one\.txt\n$/),
    );
    await s3('mv', `${prefix}/one.txt`, `${prefix}/drei.txt`, '--no-progress');
    const back = join(world.folder, `sync-back-${mode}`);
    await s3('sync', prefix, back, '--no-progress');
    expect(readFileSync(join(back, 'drei.txt'), 'utf8')).toBe('one');
    expect(readFileSync(join(back, 'deep er', 'zwei+ü.txt'), 'utf8')).toBe('zwei');
    await s3('rm', prefix, '--recursive');
    const rest = await run(login, ['s3', 'ls', prefix]);
    expect([rest.code, rest.out]).toEqual([1, '']);
    await login.shows(({ events, calls }) => {
      expect(calls).toHaveLength(events.length);
      expect(new Set(calls.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
      expect(new Set(calls.map(({ principal }) => principal))).toEqual(new Set([login.principal]));
    });
  });

  it.concurrent('lists, copies and deletes in bulk through the plain API', async () => {
    const login = world.login('alice', 'role_for_alice');
    const keys = [`${mode}-api/<&>.txt`, `${mode}-api/z ü.txt`];
    const file = join(world.folder, `api-${mode}`);
    writeFileSync(file, 'plain');
    const api = async (name: string, ...args: string[]) => {
      const done = await run(login, [
        's3api',
        name,
        '--bucket',
        BUCKET,
        '--output',
        'json',
        ...args,
      ]);
      expect(done).toMatchObject({ code: 0, err: '' });
      return done;
    };
    const [first = '', second = ''] = keys;
    await api('put-object', '--key', first, '--body', file, '--content-type', 'text/x-interop');
    await api('copy-object', '--key', second, '--copy-source', `${BUCKET}/${first}`);
    const head = await api('head-object', '--key', second);
    expect(head.json()).toMatchObject({ ContentLength: 5, ContentType: 'text/x-interop' });
    const listed = await api('list-objects', '--prefix', `${mode}-api/`);
    expect(listed.json().Contents).toMatchObject(keys.map((Key) => ({ Key })));
    const Objects = keys.map((Key) => ({ Key }));
    const deleted = await api('delete-objects', '--delete', JSON.stringify({ Objects }));
    expect(deleted.json().Deleted).toMatchObject(Objects);
    await login.showsOnly(mode, [
      's3:PutObject',
      's3:CopyObject',
      's3:HeadObject',
      's3:ListObjects',
      's3:DeleteObjects',
    ]);
  });
});

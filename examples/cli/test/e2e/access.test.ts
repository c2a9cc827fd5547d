import { afterAll, describe, expect, it } from 'vitest';
import { start } from '../support/program.js';
import { good, openStage, TEST } from '../support/stage.js';

const { program, environmentOf, run, logIn, lockOut, close } = await openStage();
afterAll(close);

describe('a lock', () => {
  it('ends a loop of "postern aws" that is running', async () => {
    await good(run('bob', ['apps', 'login', '--aws-role', 'ExampleReadOnlyAccess', TEST]));
    const once = `"${process.execPath}" "${program.file}" aws s3api list-buckets --query length\\(Buckets\\)`;
    const loop = start('-c', [`while ${once}; do :; done`], environmentOf('bob'), '', '/bin/sh');
    await loop.shows(/\d\s/);
    const lock = await lockOut('bob');
    const { err } = await loop.ended;
    expect(err).toMatch(/^postern: .*(ended|over|lock)/m);
    await lock.remove();
    await logIn('bob');
  });
});

describe('an access request', () => {
  const ADMIN = ['aws', '--app', TEST, '--aws-role', 'ExampleAdminAccess'];
  const MAKE = ['s3', 'mb', 's3://bucket-of-bob', '--region', 'us-east-1'];

  it('lets somebody do what was denied, after another person has approved', async () => {
    const before = await run('bob', [...ADMIN, ...MAKE]);
    expect(before.code).toBe(3);
    expect(before.err).toMatch(/request/);
    const ask = ['request', 'create', '--roles', 'aws-admin', '--reason', 'incident 42'];
    const id = (await good(run('bob', [...ask, '--app', TEST, '--duration', '30m']))).out.trim();
    const own = await run('bob', ['request', 'review', '--approve', id]);
    expect(own.code).not.toBe(0);
    expect((await good(run('carol', ['request', 'ls']))).out).toContain('incident 42');
    const { err } = await good(run('carol', ['request', 'review', '--approve', id]));
    expect(err).toContain('is approved');
    expect((await good(run('bob', ['request', 'use', id]))).err).toContain('aws-admin');
    expect((await good(run('bob', ['status']))).out).toContain('aws-admin');
    expect((await good(run('bob', [...ADMIN, ...MAKE]))).out).toContain('make_bucket');
  });

  it('waits for the review, and ends with a denial', async () => {
    const ask = ['request', 'create', '--roles', 'aws-admin', '--reason', 'again', '--wait'];
    const waiting = start(program.file, ask, environmentOf('bob'));
    await waiting.shows('\n');
    const id = waiting.printed.out.trim();
    await good(run('carol', ['request', 'review', '--deny', '--reason', 'use the other', id]));
    const { code, err } = await waiting.ended;
    expect([code, err]).toEqual([3, expect.stringContaining('by carol: use the other')]);
  });

  it('can be taken back', async () => {
    const ask = ['request', 'create', '--roles', 'aws-admin', '--reason', 'never mind'];
    const id = (await good(run('bob', ask))).out.trim();
    await good(run('bob', ['request', 'withdraw', id]));
    const { requests } = JSON.parse(
      (await good(run('bob', ['request', 'ls', '--format', 'json']))).out,
    );
    expect(
      requests.find((one: { id: string; state: string }) => one.id === id)?.state ?? 'gone',
    ).not.toBe('pending');
  });
});

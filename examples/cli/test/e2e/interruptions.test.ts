import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from '../support/program.js';
import { good, openStage, TEST } from '../support/stage.js';

const { program, world, homeOf, environmentOf, run, logIn, lockOut, close } = await openStage();
afterAll(close);

/** More than all buffers between AWS and a reader that does not read. */
const SIZE = 48 * 1024 * 1024;
/** What a gateway that stops has the time for, even on a busy machine. */
const SMALLER = 12 * 1024 * 1024;
const READ_ONLY = ['--app', TEST, '--aws-role', 'ExampleReadOnlyAccess'];

beforeAll(async () => {
  const role = ['--app', TEST, '--aws-role', 'role_for_alice'];
  const folder = join(homeOf('alice'), 'upload');
  mkdirSync(folder);
  writeFileSync(join(folder, 'big'), Buffer.alloc(SIZE, 'x'));
  writeFileSync(join(folder, 'smaller'), Buffer.alloc(SMALLER, 'x'));
  await good(
    run('alice', [
      'aws',
      ...role,
      's3',
      'cp',
      '--quiet',
      '--recursive',
      folder,
      's3://demo-bucket/',
    ]),
  );
});

/** A download through `postern aws` that has begun and stands still until it is read. */
async function download(who: string, key = 'big') {
  // One stream: "s3 cp" would ask for part after part. Its target cannot be a socket, which pipes of Node are.
  const get = ['s3api', 'get-object', '--bucket', 'demo-bucket', '--key', key, '/dev/stdout'];
  const words = [process.execPath, program.file, 'aws', ...READ_ONLY, ...get];
  const env = { PATH: process.env.PATH ?? '', AWS_MAX_ATTEMPTS: '1', ...environmentOf(who) };
  const piped = ['-c', 'set -o pipefail; "$@" | cat', 'bash', ...words];
  const child = spawn('bash', piped, { env, stdio: 'pipe' });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  await once(child.stdout, 'readable');
  const closed = once(child, 'close');
  return {
    /** Reads on to the end. */
    async finish() {
      let length = 0;
      for await (const chunk of child.stdout) length += chunk.length;
      const [code] = await closed;
      return { code, length, err };
    },
  };
}

describe('a download through "postern aws"', () => {
  it('is cut by a lock, and the reason is told', async () => {
    const running = await download('bob');
    const lock = await lockOut('bob');
    const { code, length, err } = await running.finish();
    expect(code).not.toBe(0);
    expect(length).toBeLessThan(SIZE);
    expect(err).toMatch(/^postern: .*(lock|ended|over)/m);
    await lock.remove();
    await logIn('bob');
  });

  it('is finished by a gateway that is told to stop', async () => {
    const running = await download('bob', 'smaller');
    const closed = world.gateway.close();
    const ended = await running.finish();
    await closed;
    expect(ended).toMatchObject({ code: 0, err: '' });
    // With what the AWS CLI says about the object.
    expect(ended.length).toBeGreaterThan(SMALLER);
    await world.restart();
    await Promise.all(['alice', 'bob', 'carol'].map(logIn));
  });

  it('is cut by a gateway that waits no longer, and it is told that the gateway is away', async () => {
    const running = await download('bob');
    await world.gateway.close();
    const { code, length, err } = await running.finish();
    expect(code).not.toBe(0);
    expect(length).toBeLessThan(SIZE);
    expect(err).toContain(`postern: the gateway at ${world.gateway.localUrl} cannot be reached`);
    await world.restart();
    await Promise.all(['alice', 'bob', 'carol'].map(logIn));
  });
});

describe('a gateway that was restarted', () => {
  it('ends a proxy that is running, and says how to go on', async () => {
    await good(run('bob', ['apps', 'login', '--aws-role', 'ExampleReadOnlyAccess', TEST]));
    const proxy = start(program.file, ['proxy', 'aws'], environmentOf('bob'));
    await proxy.shows('Started AWS proxy');
    await world.gateway.close();
    const away = await run('bob', ['apps', 'ls']);
    expect([away.code, away.err]).toEqual([1, expect.stringContaining('nothing listens there')]);
    await world.restart();
    const { code, err } = await proxy.ended;
    expect(code).toBe(1);
    expect(err).toMatch(/^postern: .*(login|log in|sign in)/m);
    const after = await run('bob', ['aws', 's3', 'ls']);
    expect(after.code).not.toBe(0);
    expect(after.err).toMatch(/^postern: .*(login|log in|sign in)/m);
    await logIn('bob');
    await good(run('bob', ['aws', ...READ_ONLY, 's3', 'ls']));
  });
});

describe('"postern apps logout" beside a proxy', () => {
  it.each([
    ['an HTTPS proxy', []],
    ['an endpoint', ['--endpoint-url']],
  ])('ends it where it is %s, and says why', async (_what, more) => {
    await good(run('bob', ['apps', 'login', '--aws-role', 'ExampleReadOnlyAccess', TEST]));
    const proxy = start(program.file, ['proxy', 'aws', ...more], environmentOf('bob'));
    await proxy.shows('Started AWS proxy');
    await good(run('bob', ['apps', 'logout']));
    const { code, err } = await proxy.ended;
    expect([code, err]).toEqual([1, expect.stringContaining('was closed or opened anew')]);
    expect(err).toContain('postern apps login --aws-role');
  });

  it('is the same for "postern logout"', async () => {
    await good(run('bob', ['apps', 'login', '--aws-role', 'ExampleReadOnlyAccess', TEST]));
    const proxy = start(program.file, ['proxy', 'aws'], environmentOf('bob'));
    await proxy.shows('Started AWS proxy');
    await good(run('bob', ['logout']));
    expect((await proxy.ended).code).toBe(1);
    await logIn('bob');
  });
});

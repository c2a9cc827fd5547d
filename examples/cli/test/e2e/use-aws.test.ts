import { execFile } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { start } from '../support/program.js';
import { good, openStage, TEST } from '../support/stage.js';

const { program, world, homeOf, environmentOf, run, logIn, lockOut, close } = await openStage();
afterAll(close);
const aws = promisify(execFile);

describe('the way of the guides', () => {
  it('logs in, opens an app, uses AWS, closes the app, and leaves nothing', async () => {
    const { out: table } = await good(run('alice', ['apps', 'ls']));
    expect(table).toMatch(/awsconsole-test\s+123456789012\s+aws\s+role_for_alice\s+usable/);
    const { out } = await good(
      run('alice', ['apps', 'login', '--aws-role', 'role_for_alice', TEST]),
    );
    expect(out).toContain('arn:aws:iam::123456789012:role/role_for_alice');

    const root = join(homeOf('alice'), 'postern');
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    const modes = entries.map((entry) => {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      return [entry.name, mode, entry.isFile() ? 0o600 : 0o700] as const;
    });
    expect(modes.length).toBeGreaterThan(5);
    for (const [name, mode, wanted] of modes) expect([name, mode]).toEqual([name, wanted]);

    const listed = await good(run('alice', ['aws', 's3', 'ls']));
    expect(listed.out).toContain('demo-bucket');
    expect(listed.err).toBe('');
    expect(world.aws.requests.at(-1)?.principal).toBe(
      'arn:aws:sts::123456789012:assumed-role/role_for_alice/alice',
    );

    await good(run('alice', ['apps', 'logout', TEST]));
    expect(
      readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
        /apps|pem|run-/.test(name),
      ),
    ).toEqual([]);
    const { code, err } = await run('alice', ['aws', 's3', 'ls']);
    expect([code, err]).toEqual([2, expect.stringContaining('no app is open')]);
  });

  it('keeps its files whole when several commands run at once', async () => {
    const roles = ['role_for_alice', 'ExampleReadOnlyAccess', 'role_for_alice', 'alice'];
    const all = await Promise.all(
      roles.map((role) => run('alice', ['apps', 'login', '--aws-role', role, TEST])),
    );
    expect(all.map(({ err }) => err).join('')).not.toMatch(/damaged|ENOENT|lock/);
    const { apps } = JSON.parse((await good(run('alice', ['status', '--format', 'json']))).out);
    expect(apps).toHaveLength(1);
    const folder = join(homeOf('alice'), 'postern', 'profiles');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.endsWith('.pem'))).toHaveLength(1);
    expect(names.filter((name) => /tmp$|lock$/.test(name))).toEqual([]);
    await good(run('alice', ['apps', 'logout']));
  });

  it('opens an app for one command only, and passes the exit code of the AWS CLI on', async () => {
    const role = ['--app', TEST, '--aws-role', 'ExampleReadOnlyAccess'];
    const { code, err } = await run('alice', ['aws', ...role, 's3', 'mb', 's3://another-bucket']);
    expect(code).toBe(1);
    expect(err).toContain('AccessDenied');
    expect((await good(run('alice', ['status']))).out).toContain('Open apps: none');
  });

  it('uses an app of the integration, which AWS trusts by the documents that were printed', async () => {
    const { out } = await good(
      run('alice', [
        ...['aws', '--app', 'my-integration', '--aws-role', 'role_for_alice'],
        ...['sts', 'get-caller-identity', '--output', 'text', '--query', 'Arn'],
      ]),
    );
    expect(out.trim()).toBe('arn:aws:sts::123456789012:assumed-role/role_for_alice/alice');
    expect(
      world.aws.requests.some(({ principal }) => principal?.includes('PosternIntegration')),
    ).toBe(true);
  });

  it('prints a console URL that signs in', async () => {
    const args = ['console', '--app', TEST, '--aws-role', 'ExampleReadOnlyAccess'];
    const { out, err } = await good(run('alice', args));
    expect(err).toContain('works for 15 minutes');
    const page = await world.aws.fetch(out.trim(), { redirect: 'manual' });
    expect(page.status).toBeLessThan(400);
    expect(`${await page.text()}${page.headers.get('location')}`).toMatch(/alice|console/);
  });

  it('says whether and why, with the exit code of a denial', async () => {
    const role = ['--aws-role', 'ExampleReadOnlyAccess'];
    expect((await run('bob', ['explain', '--app', TEST, ...role])).code).toBe(0);
    const no = await run('bob', ['explain', '--app', 'awsconsole-prod', ...role]);
    expect([no.code, no.out]).toEqual([3, expect.stringContaining('no-production')]);
    const denied = await run('bob', ['apps', 'login', ...role, 'awsconsole-prod']);
    expect(denied.code).toBe(3);
  });
});

describe('postern proxy aws', () => {
  it.each([
    ['an HTTPS proxy', []],
    ['an endpoint', ['--endpoint-url']],
  ])('is %s for the real AWS CLI, until it is interrupted', async (_what, more) => {
    const args = ['proxy', 'aws', '--app', TEST, '--aws-role', 'role_for_alice', ...more];
    const proxy = start(program.file, [...args, '--format', 'json'], environmentOf('alice'));
    await proxy.shows(/\}\n$/);
    const started = JSON.parse(proxy.printed.out);
    expect(started.url).toMatch(/^https?:\/\/(127\.0\.0\.1|localhost):\d+$/);
    expect(statSync(started.caBundle).mode & 0o777).toBe(0o600);
    const env = { PATH: process.env.PATH, HOME: homeOf('alice'), ...started.env };
    const file = join(homeOf('alice'), 'upload');
    writeFileSync(file, 'x'.repeat(300_000));
    await aws('aws', ['s3', 'cp', '--region', 'us-east-1', file, 's3://demo-bucket/cli'], { env });
    const { stdout } = await aws(
      'aws',
      ['s3', 'ls', 's3://demo-bucket/', '--region', 'us-east-1'],
      {
        env,
      },
    );
    expect(stdout).toMatch(/300000 cli/);
    proxy.child.kill('SIGINT');
    expect(await proxy.ended).toMatchObject({ code: 0, err: '' });
    expect(() => statSync(started.caBundle)).toThrow();
    await expect(
      aws('aws', ['s3', 'ls', '--cli-connect-timeout', '1'], {
        env: { ...env, AWS_MAX_ATTEMPTS: '1' },
      }),
    ).rejects.toThrow();
  });

  it('prints lines for a shell, and leaves other hosts alone', async () => {
    const args = ['proxy', 'aws', '--app', TEST, '--aws-role', 'role_for_alice', '--format', 'env'];
    const proxy = start(program.file, args, environmentOf('alice'));
    await proxy.shows('AWS_CA_BUNDLE');
    expect(proxy.printed.out).toMatch(/^export HTTPS_PROXY='http:\/\/127\.0\.0\.1:\d+'$/m);
    expect(proxy.printed.out).toMatch(/^unset AWS_PROFILE$/m);
    proxy.child.kill('SIGTERM');
    expect((await proxy.ended).code).toBe(0);
  });

  it('ends by itself when the session is locked, and says so', async () => {
    const args = ['proxy', 'aws', '--app', TEST, '--aws-role', 'ExampleReadOnlyAccess'];
    const proxy = start(program.file, args, environmentOf('bob'));
    await proxy.shows('Started AWS proxy');
    const lock = await lockOut('bob');
    const { code, err } = await proxy.ended;
    expect(code).toBe(1);
    expect(err).toMatch(/postern: .*(ended|over|lock)/);
    await lock.remove();
    await logIn('bob');
  });
});

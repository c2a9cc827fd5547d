import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram, type Environment, type Program, start } from '../support/program.js';
import {
  ISSUER,
  JOIN_TOKEN,
  PASSWORD,
  type SetUp,
  startRealGateway,
} from '../support/real-gateway.js';
import type { Printed } from '../support/run.js';
import { newHome } from '../support/world.js';

let program: Program;
let world: Awaited<ReturnType<typeof startRealGateway>>;
let setUp: SetUp;
const homes: Record<string, string> = {};

/** Runs the program as one person. */
const run = (who: string, args: readonly string[], more: Environment = {}, input = '') =>
  start(program.file, args, environmentOf(who, more), input).ended;

function environmentOf(who: string, more: Environment = {}): Environment {
  homes[who] ??= newHome();
  return { HOME: homes[who], POSTERN_HOME: join(homes[who], 'postern'), ...more };
}

async function good(running: Promise<Printed>): Promise<Printed> {
  const printed = await running;
  expect(printed, printed.err).toMatchObject({ code: 0 });
  return printed;
}

const logIn = (who: string) =>
  good(
    run(
      who,
      ['login', '--gateway', world.gateway.localUrl, '--user', who, '--password-stdin'],
      {},
      PASSWORD,
    ),
  );

const aws = promisify(execFile);
const TEST = 'awsconsole-test';

beforeAll(async () => {
  program = await buildProgram();
  const set = ['setup', 'aws-oidc', '--account', '123456789012', '--issuer', ISSUER];
  setUp = JSON.parse((await good(run('nobody', [...set, '--format', 'json']))).out);
  world = await startRealGateway(setUp);
  await Promise.all(['alice', 'bob', 'carol'].map(logIn));
}, 120_000);
afterAll(async () => {
  await world?.close();
  program?.remove();
  for (const home of Object.values(homes)) rmSync(home, { recursive: true, force: true });
});

describe('the way of the guides', () => {
  it('logs in, opens an app, uses AWS, closes the app, and leaves nothing', async () => {
    const { out: table } = await good(run('alice', ['apps', 'ls']));
    expect(table).toMatch(/awsconsole-test\s+123456789012\s+aws\s+role_for_alice\s+usable/);
    const { out } = await good(
      run('alice', ['apps', 'login', '--aws-role', 'role_for_alice', TEST]),
    );
    expect(out).toContain('arn:aws:iam::123456789012:role/role_for_alice');

    const root = join(homes.alice ?? '', 'postern');
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
    const folder = join(homes.alice ?? '', 'postern', 'profiles');
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
    const env = { PATH: process.env.PATH, HOME: homes.alice, ...started.env };
    const file = join(homes.alice ?? '', 'upload');
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

/** A lock by carol, who may, through the API. */
async function lockOut(user: string): Promise<{ remove(): Promise<void> }> {
  const folder = join(homes.carol ?? '', 'postern', 'profiles');
  const [profile = ''] = readdirSync(folder);
  const { token } = JSON.parse(readFileSync(join(folder, profile, 'login.json'), 'utf8'));
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${world.gateway.localUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    expect(response.ok, text).toBe(true);
    return text === '' ? {} : JSON.parse(text);
  };
  const { id } = await call('POST', '/locks', { target: { user }, message: 'stop' });
  return { remove: () => call('DELETE', `/locks/${id}`) };
}

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

describe('postern login --browser', () => {
  /** What a browser does: keeps the cookie, fills the form in that it is shown. */
  async function browse(verifyUrl: string, verdict: 'approve' | 'deny'): Promise<void> {
    const { localUrl } = world.gateway;
    const send = (path: string, form: Record<string, string>, cookie = '') =>
      fetch(`${localUrl}${path}`, {
        method: 'POST',
        headers: { cookie, origin: localUrl },
        body: new URLSearchParams(form),
        redirect: 'manual',
      });
    const signedIn = await send('/login', { user: 'alice', password: PASSWORD });
    const cookie = (signedIn.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    const page = await (await fetch(verifyUrl, { headers: { cookie } })).text();
    const inputs = [...page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
      /name="([^"]*)"/.exec(tag)?.[1] ?? '',
      /value="([^"]*)"/.exec(tag)?.[1] ?? '',
    ]);
    const answer = await send('/cli', { ...Object.fromEntries(inputs), verdict }, cookie);
    expect(answer.status, page).toBeLessThan(400);
  }
  const wait = (who: string) =>
    start(
      program.file,
      ['login', '--gateway', world.gateway.localUrl, '--browser'],
      environmentOf(who),
    );
  const shown = /^ {2}(http\S+)\n {2}Code: ([A-Z]{4}-[A-Z]{4})$/m;

  it('logs in as the person who confirms the code', async () => {
    const waiting = wait('laptop');
    await waiting.shows(shown);
    const [, verifyUrl = '', code = ''] = shown.exec(waiting.printed.err) ?? [];
    expect(verifyUrl).toContain(code);
    await browse(verifyUrl, 'approve');
    expect((await good(waiting.ended)).err).toContain('as alice');
    expect((await good(run('laptop', ['status']))).out).toContain('User:      alice');
  });

  it('is refused when the person denies it', async () => {
    const waiting = wait('stolen');
    await waiting.shows(shown);
    await browse(shown.exec(waiting.printed.err)?.[1] ?? '', 'deny');
    expect((await waiting.ended).code).toBe(3);
    expect((await run('stolen', ['status'])).err).toContain('you are not logged in');
  });
});

describe('a terminal', () => {
  /** Runs the program with a terminal of its own, and types the password when it is asked for. */
  async function typeInto(args: readonly string[], line: string) {
    const command = [process.execPath, program.file, ...args].map((word) => `'${word}'`).join(' ');
    const typing = start('-qec', [command, '/dev/null'], environmentOf('tty'), null, 'script');
    await typing.shows('Password of alice: ');
    typing.child.stdin?.end(line);
    return typing.ended;
  }

  it('does not show the password that is typed', async () => {
    const args = ['login', '--gateway', world.gateway.localUrl, '--user', 'alice'];
    const { code, out } = await typeInto(args, `${PASSWORD}\r`);
    expect(code, out).toBe(0);
    expect(out).toContain('as alice');
    expect(out).not.toContain(PASSWORD);
    expect(out).not.toContain('horse');
  });

  it('gives up when Ctrl-C is pressed', async () => {
    const args = ['login', '--gateway', world.gateway.localUrl, '--user', 'alice'];
    const { code, out } = await typeInto(args, 'corr\u0003');
    expect(code).toBe(130);
    expect(out).not.toContain('corr');
  });
});

describe('postern join', () => {
  const join3 = () => {
    const { accessKeyId, secretAccessKey, sessionToken } = world.aws.roleSession(
      'arn:aws:iam::333333333333:role/teleport-node-role',
      { sessionName: 'i-0123456789abcdef0', instanceProfile: true },
    );
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: 'us-east-1',
    };
  };
  const useAws = ['aws', '--app', TEST, 's3', 'ls'];

  it('lets a job in by its AWS identity, and it uses AWS', async () => {
    const env = join3();
    const args = [
      'join',
      '--gateway',
      world.gateway.localUrl,
      '--token',
      'ci-bot',
      '--role',
      'Bot',
    ];
    const { err } = await good(run('job', args, env));
    expect(err).toContain('as bot-ci');
    const [first = ''] = Object.values(env);
    expect(err).not.toContain(first);
    // Its own AWS keys are in the environment still; those of the gateway must win.
    expect((await good(run('job', useAws, env))).out).toContain('demo-bucket');
    expect(world.aws.requests.at(-1)?.principal).toMatch(/ExampleReadOnlyAccess\/bot-ci$/);
  });

  it('refuses an identity that no rule names', async () => {
    const args = [
      'join',
      '--gateway',
      world.gateway.localUrl,
      '--token',
      'ci-bot',
      '--role',
      'Bot',
    ];
    const { accessKeyId, secretAccessKey } = world.aws.credentialsFor(
      'arn:aws:iam::123456789012:user/postern-gateway',
    );
    const { code, err } = await run('other', args, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    });
    expect(code).toBe(3);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('lets a job in by a secret token from a file, a pipe or a variable', async () => {
    const file = join(homes.alice ?? '', 'token');
    writeFileSync(file, `${JOIN_TOKEN}\n`, { mode: 0o600 });
    const args = ['join', '--gateway', world.gateway.localUrl, '--method', 'token'];
    await good(run('bot1', [...args, '--token', file]));
    await good(run('bot2', [...args, '--token', '-'], {}, `${JOIN_TOKEN}\n`));
    const { err } = await good(run('bot3', args, { POSTERN_JOIN_TOKEN: JOIN_TOKEN }));
    expect(err).toContain('as bot-ci');
    expect((await good(run('bot1', useAws))).out).toContain('demo-bucket');
    const wrong = await run('bot4', args, { POSTERN_JOIN_TOKEN: 'guess' });
    expect(wrong.code).toBe(3);
    const shown = await run('bot4', [...args, '--token', JOIN_TOKEN]);
    expect([shown.code, shown.err]).toEqual([1, expect.stringContaining('command line')]);
    expect(shown.err).not.toContain(JOIN_TOKEN);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { start } from '../support/program.js';
import { JOIN_TOKEN, PASSWORD } from '../support/real-gateway.js';
import { good, openStage, TEST } from '../support/stage.js';

const { program, world, homeOf, environmentOf, run, close } = await openStage();
afterAll(close);

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

  it('says what to look at when the role is none of the token', async () => {
    const to = ['--gateway', world.gateway.localUrl, '--token', 'iam-token'];
    const { code, err } = await run('job2', ['join', ...to, '--role', 'Bot'], join3());
    expect([code, err]).toEqual([3, expect.stringContaining('(token "iam-token", role "Bot")')]);
    const { err: joined } = await good(run('job2', ['join', ...to, '--role', 'Node'], join3()));
    expect(joined).toContain('as join:iam-token');
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
    expect([code, err]).toEqual([3, expect.stringContaining('no rule of the token admits it')]);
    expect((await run('other', args.slice(0, -2))).err).toContain('Give --role ROLE');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('lets a job in by a secret token from a file, a pipe or a variable', async () => {
    const file = join(homeOf('alice'), 'token');
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

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeGateway,
  LATER,
  refusal,
  session,
  startFakeGateway,
} from '../support/fake-gateway.js';
import { postern } from '../support/run.js';
import { fakeTerminal, newHome } from '../support/world.js';

let home: string;
let gateway: FakeGateway;
const { fetch } = globalThis;
const run = (args: readonly string[], more = {}) => postern(args, { home, fetch, ...more });
const start = async (routes = {}) => {
  gateway = await startFakeGateway(routes);
  await run(['login', '--gateway', gateway.url, '--user', 'alice', '--password-stdin'], {
    terminal: fakeTerminal({ input: 'right' }),
  });
};
const bundles = () =>
  readdirSync(join(home, '.postern'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.pem'),
  );
beforeEach(() => {
  home = newHome();
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  await gateway.close();
});

describe('postern apps ls', () => {
  it('shows a table, and beside it why not and how to ask', async () => {
    await start();
    const { code, out, err } = await run(['apps', 'ls']);
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/^APP\s+ACCOUNT\s+PARTITION\s+ROLE\s+STATUS$/);
    expect(out).toMatch(/test\s+123456789012\s+aws\s+Admin\s+needs-request/);
    expect(err).toContain('postern request create --roles aws-admin');
  });

  it('marks the role that is open', async () => {
    await start();
    await run(['apps', 'login', 'test']);
    expect((await run(['apps', 'ls'])).out).toMatch(/ExampleReadOnlyAccess\s+usable, open/);
  });

  it('prints JSON for programs', async () => {
    await start();
    const { apps } = JSON.parse((await run(['apps', 'ls', '--format', 'json'])).out);
    expect(apps.map(({ name }: { name: string }) => name)).toEqual(['test', 'prod']);
  });

  it('lets no name play with the terminal', async () => {
    const roles = [{ arn: 'a', name: '\u001b[2Jevil\u202e', display: 'x', status: 'usable' }];
    await start({ 'GET /apps': { body: { apps: [{ name: 'a\nb', roles }] } } });
    const { out } = await run(['apps', 'ls']);
    for (const hostile of ['\u001b', '\u202e', 'a\nb']) expect(out).not.toContain(hostile);
  });

  it('takes an app with a slip for what was meant', async () => {
    await start();
    expect((await run(['apps', 'ls', '--app', 'tets'])).err).toContain('did you mean "test"?');
  });
});

describe('postern apps login', () => {
  it('says what to do next, and keeps keys and bundle', async () => {
    await start();
    const { code, out } = await run(['apps', 'login', 'test']);
    expect(code).toBe(0);
    expect(out).toContain('Logged into AWS app "test".');
    expect(out).toContain('postern proxy aws --app test');
    expect(out).not.toContain('local-secret-key');
    const [bundle = ''] = bundles();
    const text = readFileSync(join(home, '.postern', bundle), 'utf8');
    expect(text).toContain('TUlJ');
    // AWS_CA_BUNDLE replaces a client's own roots, so they must be there too.
    expect(text.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  });

  it('closes the session before in the same app', async () => {
    let role = 'ExampleReadOnlyAccess';
    await start({
      'POST /apps/test/sessions': () => ({ status: 201, body: session('test', role) }),
    });
    await run(['apps', 'login', 'test']);
    role = 'Other';
    await run(['apps', 'login', '--aws-role', 'Other', 'test']);
    expect(gateway.calls.at(-1)?.call).toBe('DELETE /sessions/session-test-ExampleReadOnlyAccess');
    expect(bundles()).toHaveLength(1);
  });

  it('shows the way to a request when the role needs one', async () => {
    const message = 'The role needs an access request.';
    await start({
      'POST /apps/test/sessions': { status: 403, body: refusal('needs-request', message) },
    });
    const { code, err } = await run(['apps', 'login', '--aws-role', 'Admin', 'test']);
    expect(code).toBe(3);
    expect(err.split('\n')).toEqual([
      'postern: The role needs an access request',
      'Usable in "test": ExampleReadOnlyAccess.',
      'Ask for access: postern request create --roles aws-admin --app test --reason TEXT',
      '',
    ]);
  });

  it('names the usable roles to somebody whose role there is not, without the whole story', async () => {
    const message = 'arn:aws:iam::123456789012:role/Admni is denied.\n  role a: no\n  role b: no';
    await start({ 'POST /apps/test/sessions': { status: 403, body: refusal('denied', message) } });
    const { code, err } = await run(['apps', 'login', '--aws-role', 'Admni', 'test']);
    expect([code, err]).toEqual([3, expect.stringContaining('; did you mean "Admin"?')]);
    expect(err).toContain('Usable in "test": ExampleReadOnlyAccess.');
    expect(err).not.toContain('role b: no');
  });

  it('tells the whole story of a role there is, with nothing glued to its end', async () => {
    const message = 'deny\n  role a: no.';
    await start({ 'POST /apps/prod/sessions': { status: 403, body: refusal('denied', message) } });
    const wanted = ['apps', 'login', '--aws-role', 'ExampleReadOnlyAccess', 'prod'];
    const { err } = await run(wanted);
    expect(err).toBe('postern: deny\n  role a: no\nNo role of "prod" is usable for you now.\n');
  });

  it.each([
    ['role-ambiguous', 'several AWS roles are called "x"; give the full ARN, one of: a, b'],
    ['role-required', 'which AWS role? Choose one of: a, b'],
  ])('names the option to somebody whose role is not clear: %s', async (code, message) => {
    const body = refusal(code, message);
    await start({ 'POST /apps/test/sessions': { status: 400, body } });
    expect((await run(['apps', 'login', 'test'])).err).toBe(
      `postern: ${message}; give one with --aws-role\n`,
    );
  });

  it('says nothing about roles to somebody who is locked', async () => {
    const body = refusal('locked', 'A lock is in force: stop.');
    await start({ 'POST /apps/test/sessions': { status: 403, body } });
    expect((await run(['apps', 'login', 'test'])).err).toBe('postern: A lock is in force: stop.\n');
  });

  it('asks for the app', async () => {
    await start();
    const { code, err } = await run(['apps', 'login']);
    expect([code, err]).toEqual([2, expect.stringContaining('postern apps ls')]);
  });
});

describe('postern apps logout', () => {
  it('closes one app, or all', async () => {
    await start();
    await run(['apps', 'login', 'test']);
    await run(['apps', 'login', 'prod']);
    expect((await run(['apps', 'logout', 'test'])).err).toBe('Logged out of app "test".\n');
    expect(bundles()).toHaveLength(1);
    expect((await run(['apps', 'logout'])).err).toBe('Logged out of app "prod".\n');
    expect(bundles()).toEqual([]);
    expect(existsSync(join(home, '.postern', 'profiles'))).toBe(true);
    expect((await run(['apps', 'logout'])).err).toBe('No app was open.\n');
  });

  it('says that an app is not open', async () => {
    await start();
    await run(['apps', 'login', 'test']);
    const { code, err } = await run(['apps', 'logout', 'tset']);
    expect([code, err]).toEqual([1, expect.stringContaining('did you mean "test"?')]);
  });
});

describe('which app a command uses', () => {
  const code = (args: readonly string[], more = {}) => run(['aws', ...args, 's3', 'ls'], more);

  it('says how to open one when none is', async () => {
    await start();
    const ended = await code([]);
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('postern apps login')]);
  });

  it('asks which, when several are open', async () => {
    await start();
    await run(['apps', 'login', 'test']);
    await run(['apps', 'login', 'prod']);
    const ended = await code([]);
    expect(ended.err).toContain('several apps are open (prod, test): give --app');
    expect(ended.code).toBe(2);
  });

  it('says that the session of the app is over', async () => {
    const soon = '2998-01-01T00:00:00.000Z';
    await start({
      'POST /apps/test/sessions': { status: 201, body: { ...session('test'), expiresAt: soon } },
    });
    await run(['apps', 'login', 'test']);
    const clock = () => new Date('2998-06-01T00:00:00.000Z');
    expect(clock().getTime()).toBeLessThan(Date.parse(LATER));
    expect((await code([], { clock })).err).toContain(`ended at ${soon}: postern apps login`);
  });
});

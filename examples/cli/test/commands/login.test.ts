import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aliceLogin,
  type FakeGateway,
  type FakeRoutes,
  LATER,
  refusal,
  startFakeGateway,
} from '../support/fake-gateway.js';
import { postern } from '../support/run.js';
import { fakeTerminal, newHome } from '../support/world.js';

let home: string;
let gateway: FakeGateway;
const routes = async (more: FakeRoutes) => {
  await gateway.close();
  gateway = await startFakeGateway(more);
};
beforeEach(async () => {
  home = newHome();
  gateway = await startFakeGateway({});
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  await gateway.close();
});

const { fetch } = globalThis;
const run = (args: readonly string[], more = {}) => postern(args, { home, fetch, ...more });
const logIn = (more: object = {}, ...args: string[]) =>
  run(['login', '--gateway', gateway.url, '--user', 'alice', ...args], {
    terminal: fakeTerminal({ isInteractive: true, answers: ['right'] }),
    ...more,
  });
const files = () =>
  readdirSync(join(home, '.postern'), { recursive: true, withFileTypes: true }).map((entry) => ({
    path: join(entry.parentPath, entry.name),
    isFile: entry.isFile(),
  }));

describe('postern login', () => {
  it('asks for the password without showing it, and keeps the login for its owner only', async () => {
    const terminal = fakeTerminal({ isInteractive: true, answers: ['right'] });
    const { code, out, err } = await logIn({ terminal });
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain(`Logged in to ${gateway.url} as alice until ${LATER}`);
    expect(terminal.asked).toEqual(['Password of alice: (hidden)']);
    expect(err).not.toContain(aliceLogin.token);
    for (const { path, isFile } of files()) {
      expect([path, statSync(path).mode & 0o777]).toEqual([path, isFile ? 0o600 : 0o700]);
      if (isFile) expect(readFileSync(path, 'utf8')).not.toContain('right');
    }
  });

  it('asks who one is as well', async () => {
    const terminal = fakeTerminal({ isInteractive: true, answers: ['bob', 'right'] });
    const { err } = await run(['login', '--gateway', gateway.url], { terminal });
    expect(err).toContain('as bob');
    expect(terminal.asked).toEqual(['User: ', 'Password of bob: (hidden)']);
  });

  it('reads the password from standard input, without its line end', async () => {
    const terminal = fakeTerminal({ input: 'right\n' });
    const { code } = await logIn({ terminal }, '--password-stdin');
    expect([code, terminal.asked]).toEqual([0, []]);
    expect(gateway.calls.at(-1)?.body).toEqual({ user: 'alice', password: 'right' });
  });

  it('asks nobody where nobody is, and says what to give', async () => {
    const { code, err } = await logIn({ terminal: fakeTerminal() });
    expect(code).toBe(2);
    expect(err).toContain('--password-stdin');
  });

  it('says that the password is wrong, and keeps nothing', async () => {
    const terminal = fakeTerminal({ input: 'wrong' });
    const { code, err } = await logIn({ terminal }, '--password-stdin');
    expect(code).toBe(1);
    expect(err).toContain('User or password is wrong (user "alice"');
    expect(err).not.toMatch(/"?wrong"?\n/);
    expect(existsSync(join(home, '.postern', 'profiles'))).toBe(false);
  });

  it('ends the login before at the gateway, with its open apps', async () => {
    let token = 'first';
    await routes({ 'POST /login': () => ({ body: { ...aliceLogin, token } }) });
    await logIn();
    await run(['apps', 'login', 'test']);
    token = 'second';
    await logIn();
    expect(gateway.calls.at(-1)).toMatchObject({ call: 'POST /logout', token: 'first' });
    expect(files().filter(({ path }) => path.endsWith('.pem'))).toEqual([]);
  });

  it('keeps several logins apart', async () => {
    await logIn({}, '--profile', 'one');
    await logIn({}, '--profile', 'two');
    expect((await run(['status', '--profile', 'one'])).out).toContain('(profile one)');
    expect((await run(['status', '--gateway', gateway.url])).code).toBe(0);
    const { code, err } = await run(['status', '--profile', 'three']);
    expect([code, err]).toEqual([2, 'postern: there is no login "three"; there are: one, two\n']);
  });

  it('says that the gateway cannot be reached', async () => {
    const { url } = gateway;
    await gateway.close();
    const { code, err } = await run(['login', '--gateway', url, '--user', 'alice']);
    expect(code).toBe(1);
    expect(err).toContain(`the gateway at ${url} cannot be reached`);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('tells no secret, not even with --debug', async () => {
    await logIn();
    await routes({});
    const { err } = await run(['status', '--debug']);
    expect(err).toContain('cannot be reached');
    expect(err).toMatch(/^\s+at /m);
    expect(err).not.toContain(aliceLogin.token);
  });

  it.each([
    ['<html>', 'does not answer like a Postern gateway'],
    ['{"version":1}', 'is not understood'],
    ['[]', 'is not understood'],
  ])('takes %s for no gateway', async (body, reason) => {
    await routes({ 'GET /info': { body } });
    const { code, err } = await logIn();
    expect([code, err]).toEqual([1, expect.stringContaining(reason)]);
  });
});

describe('postern logout', () => {
  it('tells the gateway and leaves nothing on disk', async () => {
    await logIn();
    await run(['apps', 'login', 'test']);
    const { code, err } = await run(['logout']);
    expect([code, err]).toEqual([0, `Logged out alice from ${gateway.url}.\n`]);
    expect(gateway.calls.at(-1)).toMatchObject({ call: 'POST /logout', token: aliceLogin.token });
    expect(files()).toEqual([]);
    expect((await run(['logout'])).err).toBe('You were not logged in.\n');
  });

  it('removes everything even when the gateway is gone, and says so', async () => {
    await logIn();
    await gateway.close();
    const { code, err } = await run(['logout']);
    expect(code).toBe(0);
    expect(err).toContain('could not be told');
    expect(files()).toEqual([]);
  });

  it('ends every login with --all', async () => {
    await logIn({}, '--profile', 'one');
    await logIn({}, '--profile', 'two');
    expect((await run(['logout', '--all'])).err.match(/Logged out/g)).toHaveLength(2);
    expect(files()).toEqual([]);
  });
});

describe('postern status', () => {
  it('shows the login, and the apps that are open', async () => {
    await logIn();
    await run(['apps', 'login', 'test']);
    const { code, out } = await run(['status']);
    expect(code).toBe(0);
    expect(out).toContain('User:      alice');
    expect(out).toContain('test  arn:aws:iam::123456789012:role/ExampleReadOnlyAccess');
    const json = JSON.parse((await run(['status', '--format', 'json'])).out);
    expect(json).toMatchObject({ gateway: gateway.url, user: 'alice', roles: ['aws-ro-access'] });
    expect(JSON.stringify(json)).not.toContain(aliceLogin.token);
  });

  it('says that the login is over, without asking', async () => {
    await logIn();
    const asked = gateway.calls.length;
    const { code, err } = await run(['status'], { clock: () => new Date(LATER) });
    expect(code).toBe(1);
    expect(err).toContain(`postern login --gateway ${gateway.url}`);
    expect(gateway.calls).toHaveLength(asked);
  });

  it('repeats what the gateway says about a login that was ended there', async () => {
    await routes({
      'GET /status': { status: 401, body: refusal('not-signed-in', 'Your login is over.') },
    });
    await logIn();
    const { code, err } = await run(['status']);
    expect([code, err]).toEqual([1, 'postern: Your login is over.\n']);
  });
});

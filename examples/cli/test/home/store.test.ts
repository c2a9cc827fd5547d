import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, profileOf, type Store } from '../../src/home/store.js';
import { aliceLogin, session } from '../support/fake-gateway.js';
import { fakeWorld, newHome } from '../support/world.js';

const login = { ...aliceLogin, gateway: 'https://postern.example.com' };
let home: string;
let store: Store;
const open = (more = {}) =>
  openStore({ ...fakeWorld({ home, ...more }), options: {}, given: new Set(), words: [] });
beforeEach(() => {
  home = newHome();
  store = open();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('openStore', () => {
  it('writes nothing before there is something to write', () => {
    expect([store.current(), store.profiles(), readdirSync(home)]).toEqual([undefined, [], []]);
  });

  it('keeps a login and its apps, and forgets them with everything that belongs to them', () => {
    store.saveLogin('p', login);
    const { caBundle } = store.saveSession('p', session('test'), 'bundle');
    expect(store.current()).toBe('p');
    expect(store.login('p')).toEqual(login);
    expect(store.sessions('p').map(({ app }) => app)).toEqual(['test']);
    expect(statSync(caBundle).mode & 0o777).toBe(0o600);
    store.removeProfile('p');
    expect(store.login('p')).toBeUndefined();
    expect(readdirSync(join(home, '.postern'))).toEqual([]);
  });

  it('replaces the session of an app together with its bundle', () => {
    store.saveLogin('p', login);
    const one = store.saveSession('p', session('test', 'One'), 'bundle');
    const two = store.saveSession('p', session('test', 'Two'), 'bundle');
    expect([existsSync(one.caBundle), existsSync(two.caBundle)]).toEqual([false, true]);
    expect(store.sessions('p').map(({ roleArn }) => roleArn)).toEqual([two.roleArn]);
    store.removeSession('p', 'test');
    expect(existsSync(two.caBundle)).toBe(false);
  });

  it('keeps apps apart whatever they are called, and stays in its folder', () => {
    store.saveLogin('p', login);
    const names = ['../../x', 'a', 'A', 'a.b', 'ä', '..', 'x'.repeat(500)];
    for (const name of names) store.saveSession('p', session(name), 'bundle');
    expect(store.sessions('p').map(({ app }) => app)).toEqual([...names].sort());
    expect(readdirSync(join(home, '.postern', 'profiles', 'p')).sort()).toEqual([
      'apps',
      'login.json',
    ]);
    store.removeSession('p', 'a');
    expect(store.sessions('p')).toHaveLength(names.length - 1);
  });

  it.each(['../x', '.hidden', 'a/b', '', 'x'.repeat(101)])('refuses the profile %j', (name) => {
    expect(() => store.login(name)).toThrow('is no name');
  });

  it('says what to do with a damaged file', () => {
    store.saveLogin('p', login);
    const path = join(home, '.postern', 'profiles', 'p', 'login.json');
    for (const text of ['{', '[]', '{"user":1}']) {
      writeFileSync(path, text, { mode: 0o600 });
      expect(() => store.login('p')).toThrow(/damaged/);
    }
  });

  it('lives where POSTERN_HOME says', () => {
    expect(open({ env: { POSTERN_HOME: join(home, 'mine') } }).root).toBe(join(home, 'mine'));
  });

  it('lets one command change it at a time', async () => {
    const sleep = (ms: number) => delay(ms / 10);
    const [one, other] = [open({ sleep }), open({ sleep })];
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(5);
      inside -= 1;
    };
    await Promise.all([one, other, one, other].map((each) => each.locked(work)));
    expect([most, inside]).toEqual([1, 0]);
  });

  it('takes over the lock of a process that has died', async () => {
    await store.locked(async () => {});
    writeFileSync(join(home, '.postern', 'lock'), '999999999');
    expect(await store.locked(async () => 'done')).toBe('done');
  });
});

describe('profileOf', () => {
  it.each([
    ['https://postern.example.com', 'postern.example.com'],
    ['http://127.0.0.1:8080', '127.0.0.1_8080'],
    ['http://[::1]:8080', '___1__8080'],
  ])('names the login to %s %s', (gateway, name) => {
    expect(profileOf(gateway)).toBe(name);
  });
});

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/commands/index.js';
import { type FakeGateway, LATER, refusal, startFakeGateway } from '../support/fake-gateway.js';
import { postern } from '../support/run.js';
import { fakeTerminal, newHome } from '../support/world.js';

const home = newHome();
let gateway: FakeGateway;
const { fetch } = globalThis;
const request = {
  id: 'request-1',
  user: 'bob',
  roles: ['aws-admin'],
  reason: 'x',
  state: 'pending',
  reviews: [],
  createdAt: LATER,
  expiresAt: LATER,
  usable: false,
};
beforeAll(async () => {
  gateway = await startFakeGateway({ 'GET /requests': { body: { requests: [request] } } });
  await postern(['login', '--gateway', gateway.url, '--user', 'alice', '--password-stdin'], {
    home,
    fetch,
    terminal: fakeTerminal({ input: 'right' }),
  });
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await gateway.close();
});

const complete = async (...words: string[]) => {
  const { code, out, err } = await postern(['__complete', '--', ...words], { home, fetch });
  expect([code, err]).toEqual([0, '']);
  return out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0]);
};

describe('postern __complete', () => {
  it('offers every first word once', async () => {
    const words = commands.filter(({ hidden }) => !hidden).map(({ name }) => name.split(' ')[0]);
    expect(await complete('')).toEqual([...new Set(words)]);
  });

  it('offers the second words of a family', async () => {
    expect(await complete('apps', '')).toEqual(['ls', 'login', 'logout']);
    expect(await complete('request', 'c')).toContain('create');
  });

  it('offers every option of a command that is not there yet', async () => {
    for (const { name, options, hidden, passThrough } of commands) {
      if (hidden || passThrough) continue;
      const found = await complete(...name.split(' '), '--');
      for (const option of Object.keys(options)) expect(found).toContain(`--${option}`);
    }
    expect(await complete('status', '--format', 'json', '--')).not.toContain('--format');
  });

  it.each([
    ['the values of an option', ['status', '--format', ''], ['text', 'json']],
    ['values behind an equals sign', ['status', '--format=j'], ['--format=text', '--format=json']],
    ['values that bash took apart', ['status', '--format', '=', 'j'], ['text', 'json']],
    ['apps', ['apps', 'login', ''], ['test', 'prod']],
    ['apps of an option', ['aws', '--app', ''], ['test', 'prod']],
    ['all roles', ['apps', 'login', '--aws-role', ''], ['ExampleReadOnlyAccess', 'Admin']],
    ['roles of an app', ['aws', '--app', 'prod', '--aws-role', ''], ['ExampleReadOnlyAccess']],
    ['roles to ask for', ['request', 'create', '--roles', ''], ['aws-admin']],
    ['requests', ['request', 'review', '--approve', ''], ['request-1']],
    ['shells', ['completion', ''], ['bash', 'zsh', 'fish']],
    ['nothing of ours behind the AWS CLI', ['aws', 's3', '--'], ['']],
    ['nothing for a word that nobody knows', ['frob', ''], ['']],
    ['nothing for a file', ['setup', 'aws-oidc', '--check', ''], ['']],
  ])('offers %s', async (_what, words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('says nothing when the gateway refuses, is gone, or nobody is logged in', async () => {
    const broken = await startFakeGateway({
      'GET /apps': { status: 401, body: refusal('not-signed-in', 'Over.') },
    });
    await postern(
      [
        ...['login', '--gateway', broken.url, '--profile', 'broken'],
        ...['--user', 'alice', '--password-stdin'],
      ],
      { home, fetch, terminal: fakeTerminal({ input: 'right' }) },
    );
    expect(await complete('apps', 'login', '')).toEqual(['']);
    await broken.close();
    expect(await complete('apps', 'login', '')).toEqual(['']);
    const { out } = await postern(['__complete', '--', 'apps', 'login', '']);
    expect(out).toBe('');
  });
});

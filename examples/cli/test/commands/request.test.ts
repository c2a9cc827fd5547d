import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aliceLogin,
  type FakeGateway,
  LATER,
  refusal,
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
beforeEach(() => {
  home = newHome();
});
afterEach(async () => {
  rmSync(home, { recursive: true, force: true });
  await gateway.close();
});

const request = (id: string) => ({
  id,
  user: 'alice',
  roles: ['aws-admin'],
  reason: 'incident',
  state: 'approved',
  reviews: [],
  createdAt: LATER,
  expiresAt: LATER,
  usable: true,
});

describe('postern request ls', () => {
  it('says which request is in use', async () => {
    await start({
      'GET /requests': { body: { requests: [request('one'), request('two')] } },
      'GET /status': { body: { ...aliceLogin, requests: ['two'] } },
    });
    const { out } = await run(['request', 'ls']);
    expect(out).toMatch(/^one .* approved /m);
    expect(out).toMatch(/^two .* in use /m);
  });
});

describe('postern request create', () => {
  it.each([
    ['3600 seconds', '1h'],
    ['1800 seconds', '30m'],
    ['90 seconds', '1m30s'],
  ])('writes a limit of %s as people do: %s', async (limit, time) => {
    const body = refusal('malformed-request', `At most ${limit} may be asked for`);
    await start({ 'POST /requests': { status: 400, body } });
    const args = ['request', 'create', '--roles', 'a', '--reason', 'x', '--duration', '2h'];
    const { code, err } = await run(args);
    expect([code, err]).toEqual([1, `postern: At most ${time} may be asked for\n`]);
  });
});

describe('postern join', () => {
  it('says what to look at when the gateway only says no', async () => {
    const body = refusal('join-refused', 'The join was refused.');
    await start({});
    const answer = await startFakeGateway({ 'POST /v1/join/token': { status: 403, body } });
    const args = ['join', '--gateway', answer.url, '--method', 'token', '--token', '-'];
    const { code, err } = await run(args, { terminal: fakeTerminal({ input: 'a-secret' }) });
    await answer.close();
    expect([code, err]).toEqual([
      3,
      expect.stringContaining('The join was refused (secret token): check that'),
    ]);
    expect(err).toContain('audit log');
    expect(err).not.toContain('a-secret');
  });
});

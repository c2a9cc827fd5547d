import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aliceLogin,
  type FakeGateway,
  type FakeRoutes,
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

describe('postern login --browser', () => {
  const device = {
    deviceCode: 'device-secret',
    userCode: 'ABCD-EFGH',
    verifyUrl: 'https://postern.example.com/cli?code=ABCD-EFGH',
    intervalSeconds: 5,
    expiresAt: new Date(60_000).toISOString(),
  };
  /** A clock that only sleeping moves. */
  const time = () => {
    let now = 0;
    const slept: number[] = [];
    return {
      slept,
      clock: () => new Date(now),
      sleep: async (ms: number) => {
        slept.push(ms);
        now += ms;
      },
    };
  };
  const answers = (...list: readonly (readonly [number, object])[]): FakeRoutes => {
    const left = [...list];
    return {
      'POST /login/browser': { body: device },
      'POST /login/browser/poll': () => {
        const [status, body] = left.shift() ?? [202, { state: 'pending' }];
        return { status, body };
      },
    };
  };
  const browse = (more: object) =>
    run(['login', '--gateway', gateway.url, '--browser'], { terminal: fakeTerminal(), ...more });

  it('shows address and code, and waits at the interval that was asked for', async () => {
    await routes(
      answers(
        [202, { state: 'pending' }],
        [429, refusal('too-many-attempts', 'Slower.')],
        [200, aliceLogin],
      ),
    );
    const { slept, ...moving } = time();
    const { code, err } = await browse(moving);
    expect(code).toBe(0);
    expect(err).toContain(device.verifyUrl);
    expect(err).toContain('ABCD-EFGH');
    expect(err).not.toContain('device-secret');
    expect(slept).toEqual([5_000, 5_000, 10_000]);
  });

  it('opens a browser only where somebody sits, and only for a web address', async () => {
    for (const [isInteractive, verifyUrl, opened] of [
      [true, device.verifyUrl, [device.verifyUrl]],
      [false, device.verifyUrl, []],
      [true, 'file:///etc/passwd', []],
    ] as const) {
      await routes({
        ...answers([200, aliceLogin]),
        'POST /login/browser': { body: { ...device, verifyUrl } },
      });
      const terminal = fakeTerminal({ isInteractive });
      expect((await browse({ ...time(), terminal })).code).toBe(0);
      expect(terminal.opened).toEqual(opened);
    }
  });

  it.each([
    [3, 403, 'denied', 'The login was refused in the browser.'],
    [1, 410, 'expired', 'nobody confirmed the code in time'],
    [1, 500, 'internal', 'The gateway failed.'],
  ])('ends with exit code %i for status %i', async (expected, status, code, sentence) => {
    const message =
      status === 403 ? 'The login was refused in the browser.' : 'The gateway failed.';
    await routes(answers([status, refusal(code, message)]));
    const ended = await browse(time());
    expect([ended.code, ended.err]).toEqual([expected, expect.stringContaining(sentence)]);
  });

  it('gives up when the code is over', async () => {
    await routes(answers());
    const { slept, ...moving } = time();
    const { code, err } = await browse(moving);
    expect([code, slept.length]).toEqual([1, 12]);
    expect(err).toContain('nobody confirmed the code in time');
  });
});

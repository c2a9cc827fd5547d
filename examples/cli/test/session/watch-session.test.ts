import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/api/send.js';
import type { AppSession } from '../../src/session/app-session.js';
import { clientOf } from '../../src/session/require-login.js';
import { watchSession } from '../../src/session/watch-session.js';
import { aliceLogin, session } from '../support/fake-gateway.js';
import { fakeWorld } from '../support/world.js';

const START = Date.parse('2026-01-01T12:00:00Z');

/** Watches a session that ends after a minute; `look` says what the gateway knows at each look. */
async function watch(look: (count: number) => readonly string[], isHere = () => true) {
  let now = START;
  let looks = 0;
  const controller = new AbortController();
  const input = {
    ...fakeWorld(),
    options: {},
    given: new Set<string>(),
    words: [],
    signal: controller.signal,
    clock: () => new Date(now),
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      now += ms;
    },
  };
  const { caCertificate: _, ...rest } = session('test');
  const used: Pick<AppSession, 'session' | 'api'> = {
    session: { ...rest, caBundle: '', expiresAt: new Date(START + 60_000).toISOString() },
    api: {
      ...clientOf(input, { ...aliceLogin, gateway: 'https://postern.example.com' }),
      sessionIds: async () => {
        looks += 1;
        if (looks > 100) controller.abort();
        return new Set(look(looks));
      },
    },
  };
  const reason = await watchSession(used, input, isHere);
  return { reason, looks, seconds: (now - START) / 1000 };
}

const mine = session('test').id;

describe('watchSession', () => {
  it('says that the session has reached its end, when it has', async () => {
    const { reason, seconds } = await watch(() => [mine]);
    expect(reason).toContain('has reached its end: postern apps login');
    expect(seconds).toBe(60);
  });

  it('ends as soon as its files are gone, since clients could only stumble over that', async () => {
    let checks = 0;
    const isHere = () => {
      checks += 1;
      return checks < 3;
    };
    const { reason, looks, seconds } = await watch(() => [mine], isHere);
    expect([looks, seconds]).toEqual([0, 3]);
    expect(reason).toMatch(/"test" was closed or opened anew on this machine: postern apps login/);
  });

  it('says that somebody ended it', async () => {
    const { reason, looks } = await watch((count) => (count < 3 ? [mine] : ['another']));
    expect([looks, reason]).toEqual([3, expect.stringContaining('by a lock or a logout')]);
  });

  it('says what the gateway says about a login that is over', async () => {
    const { reason } = await watch(() => {
      throw new ApiError(401, 'not-signed-in', 'Your login is over.');
    });
    expect(reason).toBe('Your login is over.');
  });

  it('waits for a gateway that is away for a while', async () => {
    const { reason, looks } = await watch((count) => {
      if (count < 4) throw new Error('connection refused');
      return [];
    });
    expect([looks, reason]).toEqual([4, expect.stringContaining('was ended')]);
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleProgram } from '../support/bundle-program.js';

interface Held {
  readonly sockets: number;
  readonly timers: number;
  readonly heap: number;
  readonly external: number;
  readonly activeRequests: number;
  readonly requests: { allowed: number; denied: number; failed: number };
  readonly outcomes: { allowed: number; denied: number; failed: number };
}

let file: string;

beforeAll(async () => {
  file = await bundleProgram(new URL('programs/soak.ts', import.meta.url), 'soak');
});

async function soak(count: number, leak = ''): Promise<{ before: Held; after: Held }> {
  const program = fork(file, [String(count), leak], { execArgv: ['--expose-gc'] });
  const ended = once(program, 'exit');
  const [held]: { before: Held; after: Held }[] = await once(program, 'message');
  if (held === undefined) throw new Error('The program said nothing.');
  // It ends by itself only when nothing is left that keeps it alive.
  expect(await ended).toEqual([0, null]);
  return held;
}

const total = ({ allowed, denied, failed }: Held['requests']): number => allowed + denied + failed;

const KIB = 1024;
/** Connections that are kept for the next request: up to one for each client, and one that it has left behind. */
const IDLE = 32;
/** About 200 bytes a request; what the proxy knows of a request takes several times that. */
const HEAP = 2_048 * KIB;

describe('10,000 requests, half of them faulty', () => {
  it('leave no connection, no timer and no memory behind', { timeout: 300_000 }, async () => {
    const { before, after } = await soak(10_000);
    expect(total(after.requests) - total(before.requests)).toBeGreaterThanOrEqual(10_000);
    expect(after.outcomes).toEqual(after.requests);
    for (const count of Object.values(after.requests)) expect(count).toBeGreaterThan(1_000);
    expect(after.activeRequests).toBe(0);
    expect(after.sockets - before.sockets).toBeLessThanOrEqual(IDLE);
    expect(after.timers - before.timers).toBeLessThanOrEqual(2);
    expect(after.heap - before.heap).toBeLessThan(HEAP);
    expect(after.external - before.external).toBeLessThan(HEAP);
  });

  it('would show a leak of one event and one socket a request', { timeout: 300_000 }, async () => {
    const { before, after } = await soak(2_000, 'leak');
    expect(after.heap - before.heap).toBeGreaterThan(HEAP);
    expect(after.sockets - before.sockets).toBeGreaterThan(IDLE);
  });
});

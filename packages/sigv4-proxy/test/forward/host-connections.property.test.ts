import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import type { Client, Dispatcher } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostConnections } from '../../src/forward/host-connections.js';

const MOST = 20;

/** A client whose host does what the test says. It tells of itself as undici's does. */
class PlayedClient extends EventEmitter {
  readonly queue: Dispatcher.DispatchHandler[] = [];
  state: 'new' | 'connecting' | 'open' | 'gone' = 'new';
  stuck = 0;
  #closed: (() => void) | undefined;

  get stats() {
    return { connected: this.state === 'open', size: this.queue.length + this.stuck };
  }

  dispatch({ path }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (this.state === 'gone' || this.#closed !== undefined) handler.onError?.(new Error('closed'));
    else if (path === '/refused') handler.onError?.(new Error('refused'));
    else {
      this.queue.push(handler);
      if (this.state === 'new') this.state = 'connecting';
    }
    return false;
  }

  connected(): void {
    this.state = 'open';
    this.emit('connect');
  }

  /** undici takes a certificate of another name for a request that still runs, and says no word when it is free. */
  notConnected(otherName: boolean): void {
    this.state = 'new';
    if (otherName) this.stuck = 1;
    for (const handler of this.queue.splice(0)) handler.onError?.(new Error('unreachable'));
    this.emit('connectionError', undefined, [this], new Error('unreachable'));
    if (!otherName && !this.#gone()) this.emit('drain');
  }

  answered(): void {
    this.queue.shift()?.onComplete?.([]);
    this.#freed();
  }

  cut(): void {
    this.state = 'new';
    const [running] = this.queue.splice(0);
    running?.onError?.(new Error('cut'));
    this.emit('disconnect');
    if (running !== undefined) this.#freed();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      if (this.queue.length === 0) this.#end();
    });
  }

  async destroy(error: Error): Promise<void> {
    this.state = 'gone';
    for (const handler of this.queue.splice(0)) handler.onError?.(error);
    this.#closed?.();
  }

  #gone(): boolean {
    return this.state === 'gone';
  }

  #freed(): void {
    if (this.#closed !== undefined && this.queue.length === 0) this.#end();
    else if (!this.#gone()) this.emit('drain');
  }

  #end(): void {
    this.state = 'gone';
    this.#closed?.();
  }
}

/** HostConnections over played clients, every request followed. */
class Play {
  readonly clients: PlayedClient[] = [];
  readonly settled: number[] = [];
  readonly forgotten = new Set<number>();
  readonly handlers: Dispatcher.DispatchHandler[] = [];
  readonly connections = new HostConnections(
    () => {
      const client = new PlayedClient();
      this.clients.push(client);
      return client as unknown as Client;
    },
    MOST,
    64,
  );

  ask(path: string): void {
    const id = this.handlers.length;
    const settle = (): void => {
      this.settled[id] = (this.settled[id] ?? 0) + 1;
    };
    const handler: Dispatcher.DispatchHandler = { onComplete: settle, onError: settle };
    this.handlers.push(handler);
    this.settled.push(0);
    this.connections.dispatch({ path, method: 'GET' }, handler);
  }

  giveUp(at: number): void {
    const id = at % Math.max(this.handlers.length, 1);
    const handler = this.handlers[id];
    if (handler !== undefined && this.connections.forget(handler)) this.forgotten.add(id);
  }

  one(at: number, which: (client: PlayedClient) => boolean): PlayedClient | undefined {
    const some = this.clients.filter(which);
    return some[at % Math.max(some.length, 1)];
  }

  get open(): PlayedClient[] {
    return this.clients.filter(({ state }) => state !== 'gone');
  }

  check(): void {
    const { clients, open, settled, forgotten, handlers } = this;
    expect(open.length).toBeLessThanOrEqual(MOST);
    for (const { queue } of clients) expect(queue.length).toBeLessThanOrEqual(1);
    for (const [id, times] of settled.entries()) {
      expect(times).toBeLessThanOrEqual(forgotten.has(id) ? 0 : 1);
    }
    const sent = new Set(clients.flatMap(({ queue }) => queue));
    const waits = handlers.some(
      (handler, id) => settled[id] === 0 && !forgotten.has(id) && !sent.has(handler),
    );
    // Nobody waits beside a connection that has nothing to do, nor without any.
    if (waits) {
      expect(open.length).toBeGreaterThan(0);
      for (const { queue } of open) expect(queue).toHaveLength(1);
    }
  }
}

const isConnecting = ({ state }: PlayedClient) => state === 'connecting';
const isBusy = ({ state, queue }: PlayedClient) => state === 'open' && queue.length > 0;
const isOpen = ({ state }: PlayedClient) => state === 'open';
const index = fc.nat(50);

const event = fc.oneof(
  { weight: 6, arbitrary: fc.constant((play: Play) => play.ask('/')) },
  fc.constant((play: Play) => play.ask('/refused')),
  { weight: 3, arbitrary: index.map((at) => (p: Play) => p.one(at, isConnecting)?.connected()) },
  fc.tuple(index, fc.boolean()).map(
    ([at, name]) =>
      (play: Play) =>
        play.one(at, isConnecting)?.notConnected(name),
  ),
  { weight: 4, arbitrary: index.map((at) => (play: Play) => play.one(at, isBusy)?.answered()) },
  index.map((at) => (play: Play) => play.one(at, isOpen)?.cut()),
  index.map((at) => (play: Play) => play.giveUp(at)),
  fc.constant((_play: Play) => {
    vi.advanceTimersByTime(11);
  }),
);

const events = fc.array(event, { minLength: 1, maxLength: 150 });
const crowd = fc.integer({ min: 0, max: 60 });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function finish(play: Play): void {
  for (let turn = 0; turn < 1_000; turn += 1) {
    const [next] = play.clients.filter(isConnecting);
    const [busy] = play.clients.filter(isBusy);
    if (next !== undefined) next.connected();
    else if (busy !== undefined) busy.answered();
    else return;
  }
  expect.fail('it never ends');
}

describe('HostConnections, whatever becomes of its connections,', () => {
  it('settle every request once, hold the limit, and leave nobody waiting without need', async () => {
    await fc.assert(
      fc.asyncProperty(crowd, events, async (count, steps) => {
        vi.clearAllTimers();
        const play = new Play();
        for (let i = 0; i < count; i += 1) play.ask('/');
        for (const step of steps) {
          step(play);
          play.check();
        }
        finish(play);
        for (const [id, times] of play.settled.entries()) {
          expect(times).toBe(play.forgotten.has(id) ? 0 : 1);
        }
        await play.connections.close();
        expect(play.open).toEqual([]);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('answer what they have when they are closed, and fail it when they are destroyed', async () => {
    await fc.assert(
      fc.asyncProperty(crowd, events, events, fc.boolean(), async (count, steps, more, cut) => {
        const play = new Play();
        for (let i = 0; i < count; i += 1) play.ask('/');
        for (const step of steps) step(play);
        const over = cut ? play.connections.destroy(new Error('over')) : play.connections.close();
        for (const step of more) {
          step(play);
          play.check();
        }
        finish(play);
        await over;
        expect(play.open).toEqual([]);
        for (const [id, times] of play.settled.entries()) {
          expect(times).toBe(play.forgotten.has(id) ? 0 : 1);
        }
      }),
      { numRuns: 100 },
    );
  });
});

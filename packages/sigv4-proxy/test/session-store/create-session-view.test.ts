import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { createMemorySessionStore } from '../../src/session-store/create-memory-session-store.js';
import { createSessionView } from '../../src/session-store/create-session-view.js';
import type { SessionRecord, SessionStore } from '../../src/session-store/session-store.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function setup(options: { maxSessions?: number; refreshMs?: number } = {}) {
  const time = { now: NOW };
  const clock = () => new Date(time.now);
  const store = createMemorySessionStore({ clock });
  const reads: string[] = [];
  /** When set, reads wait for it after they have looked. */
  const gate: { until?: Promise<void> } = {};
  const counted: SessionStore = {
    ...store,
    async read(id) {
      reads.push(id);
      const found = await store.read(id);
      await gate.until;
      return found;
    },
  };
  const dropped: string[] = [];
  const revoked: string[] = [];
  const view = createSessionView<{ data: string }>({
    store: counted,
    parse: ({ data }) => (data === 'strange' ? undefined : { data }),
    onDropped: ({ data }) => dropped.push(data),
    onRevoked: (id) => revoked.push(id),
    clock,
    ...options,
  });
  const add = (id: string, more: Partial<SessionRecord> = {}) =>
    store.write({
      type: 'added',
      record: { id, ancestors: [], expiresAt: NOW + 100_000, data: id, ...more },
    });
  return { time, store, view, reads, gate, dropped, revoked, add };
}

describe('createSessionView', () => {
  it('reads a session once, whoever asks at the same time, then answers without waiting', async () => {
    const { view, reads, add } = setup();
    await add('A');
    expect(view.peek('A')).toBeUndefined();
    const [one, two] = await Promise.all([view.find('A'), view.find('A')]);
    expect(one).toEqual({ data: 'A' });
    expect(two).toBe(one);
    expect(view.peek('A')).toBe(one);
    expect(await view.find('A')).toBe(one);
    expect(reads).toEqual(['A']);
  });

  it('drops a session the moment it or an ancestor is revoked anywhere', async () => {
    const { view, store, dropped, revoked, add } = setup();
    for (const id of ['A', 'B', 'C']) await add(id, id === 'B' ? { ancestors: ['ROOT', 'A'] } : {});
    for (const id of ['A', 'B', 'C']) await view.find(id);
    const written = store.write({ type: 'revoked', id: 'ROOT' });
    expect(view.peek('B')).toBeUndefined();
    await written;
    await store.write({ type: 'revoked', id: 'A' });
    expect(view.peek('A')).toBeUndefined();
    expect(await view.find('A')).toBeUndefined();
    expect(view.peek('C')).toEqual({ data: 'C' });
    expect(dropped).toEqual(['B', 'A']);
    expect(revoked).toEqual(['ROOT', 'A']);
  });

  it.each(['A', 'ROOT'])(
    'does not take in what was read before %s was revoked and came after',
    async (id) => {
      const { view, store, gate, add } = setup();
      await add('A', { ancestors: ['ROOT'] });
      let open = (): void => {};
      gate.until = new Promise((resolve) => {
        open = resolve;
      });
      const finding = view.find('A');
      await store.write({ type: 'revoked', id });
      open();
      expect(await finding).toBeUndefined();
      expect(view.peek('A')).toBeUndefined();
    },
  );

  it('takes in what was added again after it was revoked, all while it was read', async () => {
    const { view, store, gate, add } = setup();
    let open = (): void => {};
    gate.until = new Promise((resolve) => {
      open = resolve;
    });
    const finding = view.find('A');
    await add('A', { data: 'first', ancestors: ['ROOT'] });
    await store.write({ type: 'revoked', id: 'ROOT' });
    await add('A', { data: 'second', ancestors: ['ROOT'] });
    open();
    expect(await finding).toEqual({ data: 'second' });
  });

  it('waits for a silent store no longer than its time', async () => {
    const silent: SessionStore = {
      read: () => new Promise(() => {}),
      write: () => new Promise(() => {}),
      subscribe: () => () => {},
    };
    const view = createSessionView({ store: silent, parse: () => ({}), timeoutMs: 5 });
    const record = { id: 'A', ancestors: [], expiresAt: NOW, data: '' };
    for (const asked of [view.find('A'), view.add(record), view.revoke('A')]) {
      await expect(asked).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
    }
  });

  it('takes in the newer one when a session is replaced while it is read, and when it is here', async () => {
    const { view, gate, dropped, add } = setup();
    await add('A');
    let open = (): void => {};
    gate.until = new Promise((resolve) => {
      open = resolve;
    });
    const finding = view.find('A');
    await add('A', { data: 'second' });
    open();
    expect(await finding).toEqual({ data: 'second' });
    await add('A', { data: 'third' });
    expect(view.peek('A')).toEqual({ data: 'third' });
    expect(dropped).toEqual(['second']);
  });

  it('reads anew after its time, and keeps what has not changed', async () => {
    const { view, time, reads, dropped, add } = setup({ refreshMs: 10 });
    await add('A');
    const one = await view.find('A');
    time.now += 9;
    expect(view.peek('A')).toBe(one);
    time.now += 1;
    expect(view.peek('A')).toBeUndefined();
    expect(await view.find('A')).toBe(one);
    expect(view.peek('A')).toBe(one);
    expect(reads).toEqual(['A', 'A']);
    expect(dropped).toEqual([]);
  });

  it('notices by itself what it was never told', async () => {
    const { view, time, store, dropped, add } = setup({ refreshMs: 10 });
    await add('A');
    await view.find('A');
    view.close();
    expect(dropped).toEqual(['A']);
    const deaf = createSessionView<{ data: string }>({
      store: { ...store, subscribe: () => () => {} },
      parse: ({ data }) => ({ data }),
      clock: () => new Date(time.now),
      refreshMs: 10,
    });
    await deaf.find('A');
    await store.write({ type: 'revoked', id: 'A' });
    time.now += 10;
    expect(await deaf.find('A')).toBeUndefined();
    expect(deaf.size).toBe(0);
  });

  it('ends sessions at their time and takes no ended or strange ones', async () => {
    const { view, time, dropped, add } = setup({ refreshMs: 1_000_000 });
    await add('A', { expiresAt: NOW + 5 });
    await add('S', { data: 'strange' });
    await view.find('A');
    expect(await view.find('S')).toBeUndefined();
    time.now = NOW + 4;
    expect(view.peek('A')).toBeDefined();
    time.now = NOW + 5;
    expect(view.peek('A')).toBeUndefined();
    expect(await view.find('A')).toBeUndefined();
    expect(dropped).toEqual(['A']);
  });

  it('keeps as many as it may, and reads the others again', async () => {
    const { view, reads, dropped, add } = setup({ maxSessions: 2 });
    for (const id of ['A', 'B', 'C']) await add(id);
    for (const id of ['A', 'B', 'C']) await view.find(id);
    expect(view.size).toBe(2);
    expect(dropped).toEqual(['A']);
    expect(await view.find('A')).toEqual({ data: 'A' });
    expect(reads).toEqual(['A', 'B', 'C', 'A']);
  });

  it('keeps what it adds only when the store has it, and not when it was revoked meanwhile', async () => {
    const { view, store } = setup();
    const record = { id: 'A', ancestors: ['ROOT'], expiresAt: NOW + 1_000, data: 'A' };
    await view.add(record);
    expect(view.peek('A')).toEqual({ data: 'A' });
    const late = createSessionView<{ data: string }>({
      store: {
        ...store,
        async write(change) {
          await store.write(change);
          await store.write({ type: 'revoked', id: 'ROOT' });
        },
      },
      parse: ({ data }) => ({ data }),
      clock: () => new Date(NOW),
    });
    await late.add(record);
    expect(late.peek('A')).toBeUndefined();
    const failing = createSessionView<{ data: string }>({
      store: { ...store, write: () => Promise.reject(new Error('down')) },
      parse: ({ data }) => ({ data }),
      clock: () => new Date(NOW),
    });
    await expect(failing.add(record)).rejects.toThrow('down');
    expect(failing.peek('A')).toBeUndefined();
  });

  it('lets nobody in while the store is down, but goes on with what is fresh', async () => {
    const { store, time, add } = setup();
    await add('A');
    let isDown = false;
    const view = createSessionView<{ data: string }>({
      store: {
        ...store,
        read: (id) => (isDown ? Promise.reject(new Error('down')) : store.read(id)),
      },
      parse: ({ data }) => ({ data }),
      clock: () => new Date(time.now),
      refreshMs: 10,
    });
    await view.find('A');
    isDown = true;
    expect(await view.find('A')).toBeDefined();
    time.now += 10;
    await expect(view.find('A')).rejects.toThrow('down');
    isDown = false;
    expect(await view.find('A')).toBeDefined();
  });

  it('revokes at once here, before the store has answered', async () => {
    const { view, add } = setup();
    await add('A');
    await view.find('A');
    const revoking = view.revoke('A');
    expect(view.peek('A')).toBeUndefined();
    await revoking;
    expect(await view.find('A')).toBeUndefined();
  });
});

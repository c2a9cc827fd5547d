import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectSessionStore } from '../../src/session-store/connect-session-store.js';
import { createMemorySessionStore } from '../../src/session-store/create-memory-session-store.js';
import { serveSessionStore } from '../../src/session-store/serve-session-store.js';
import type { SessionStore } from '../../src/session-store/session-store.js';
import { sessionStoreContract } from '../../src/session-store/session-store-contract.js';
import { openFileSessionStore } from '../support/file-session-store.js';
import { messagePorts } from '../support/message-ports.js';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const now = (): number => NOW;
const memory = () => createMemorySessionStore({ clock: () => new Date(NOW) });

describe('createMemorySessionStore', () => {
  const open = () => {
    const store = memory();
    return { one: store, other: store };
  };
  for (const { name, run } of sessionStoreContract(open, { now })) it(name, run);

  it('lets the oldest session give way when it is full, ended ones first', async () => {
    const time = { now: NOW };
    const store = createMemorySessionStore({ maxSessions: 2, clock: () => new Date(time.now) });
    const add = (id: string, expiresAt = NOW + 1_000) =>
      store.write({ type: 'added', record: { id, ancestors: [], expiresAt, data: '' } });
    const kept = async () => {
      const found = await Promise.all(['A', 'B', 'C', 'D'].map((id) => store.read(id)));
      return found.flatMap((one) => one?.id ?? []).join('');
    };
    await add('A');
    await add('B', NOW + 10);
    time.now = NOW + 10;
    await add('C');
    expect(await kept()).toBe('AC');
    await add('D');
    expect(await kept()).toBe('CD');
  });

  it('lets sessions that were handed out push out no login, and no login them', async () => {
    const store = createMemorySessionStore({ maxSessions: 2, clock: () => new Date(NOW) });
    const add = (id: string, ...ancestors: string[]) =>
      store.write({ type: 'added', record: { id, ancestors, expiresAt: NOW + 1_000, data: '' } });
    await add('LOGIN');
    for (const id of ['V1', 'V2', 'V3']) await add(id, 'LOGIN');
    const kept = async (...ids: string[]) =>
      (await Promise.all(ids.map((id) => store.read(id)))).flatMap((one) => one?.id ?? []);
    expect(await kept('LOGIN', 'V1', 'V2', 'V3')).toEqual(['LOGIN', 'V2', 'V3']);
    for (const id of ['L2', 'L3']) await add(id);
    expect(await kept('LOGIN', 'L2', 'L3', 'V2', 'V3')).toEqual(['L2', 'L3', 'V2', 'V3']);
  });
});

describe('connectSessionStore and serveSessionStore', () => {
  const open = () => {
    const store = memory();
    const [one, other] = [messagePorts(), messagePorts()];
    const stops = [one, other].map(({ primary }) => serveSessionStore(store, primary));
    const connected = [one, other].map(({ worker }) => connectSessionStore(worker));
    return {
      one: connected[0] ?? store,
      other: connected[1] ?? store,
      close() {
        for (const stop of stops) stop();
        for (const end of connected) end.close();
        expect(
          [one, other].flatMap((ports) => [ports.primary, ports.worker]).map(listenersOf),
        ).toEqual([0, 0, 0, 0]);
      },
    };
  };
  const listenersOf = (port: { listenerCount(name: string): number }) =>
    port.listenerCount('message');
  for (const { name, run } of sessionStoreContract(open, { now })) it(name, run);
});

describe('a store in a file', () => {
  const open = () => {
    const directory = mkdtempSync(join(tmpdir(), 'sessions-'));
    const file = join(directory, 'changes');
    writeFileSync(file, '');
    const [one, other] = [openFileSessionStore(file, now), openFileSessionStore(file, now)];
    return {
      one: one.store,
      other: other.store,
      close() {
        one.close();
        other.close();
        rmSync(directory, { recursive: true });
      },
    };
  };
  for (const { name, run } of sessionStoreContract(open, { now })) it(name, run);
});

describe('sessionStoreContract', () => {
  type Broken = (good: SessionStore) => SessionStore;
  const failures = async (broken: Broken): Promise<readonly string[]> => {
    const open = () => {
      const good = memory();
      return { one: good, other: broken(good) };
    };
    const failed: string[] = [];
    for (const { name, run } of sessionStoreContract(open, { now, timeoutMs: 20 })) {
      await run().catch(() => failed.push(name));
    }
    return failed;
  };
  const FAULTS: readonly (readonly [what: string, broken: Broken, rule: RegExp])[] = [
    ['keeps what is revoked', ignoring(({ type }) => type === 'revoked'), /ends a revoked/],
    ['forgets what is added', (good) => ({ ...good, read: async () => undefined }), /finds what/],
    [
      'takes no replacement',
      ignoring((change) => change.type === 'added' && change.record.data === 'new'),
      /replaces/,
    ],
    ['tells nobody', (good) => ({ ...good, subscribe: () => () => {} }), /tells both ends/],
    [
      'tells those who have left',
      (good) => ({
        ...good,
        subscribe(listener) {
          good.subscribe(listener);
          return () => {};
        },
      }),
      /nobody who has left/,
    ],
    [
      'does not look at ancestors',
      (good) => ({
        ...good,
        async read(id) {
          const found = await good.read(id);
          return found ?? (/^CHILD/.test(id) ? record(id) : undefined);
        },
      }),
      /every session that goes back/,
    ],
    [
      'does not look at the end',
      (good) => ({
        ...good,
        read: async (id) => (await good.read(id)) ?? (id === 'ENDED' ? record(id) : undefined),
      }),
      /has ended/,
    ],
    [
      'reads members of objects',
      (good) => ({
        ...good,
        read: async (id) => (await good.read(id)) ?? (id in {} ? record(id) : undefined),
      }),
      /object members/,
    ],
  ];
  it.each(FAULTS)('finds out that a store %s', async (_what, broken, rule) => {
    expect((await failures(broken)).some((name) => rule.test(name))).toBe(true);
  });

  const record = (id: string) => ({ id, ancestors: [], expiresAt: NOW + 1, data: '' });

  function ignoring(what: (change: Parameters<SessionStore['write']>[0]) => boolean): Broken {
    return (good) => ({
      ...good,
      write: async (change) => (what(change) ? undefined : good.write(change)),
    });
  }
});

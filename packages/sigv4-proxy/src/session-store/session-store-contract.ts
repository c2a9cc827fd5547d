import type { SessionChange, SessionRecord, SessionStore } from './session-store.js';

/** Two ends of the same store, as two processes have them, with nothing in it. */
export interface OpenedSessionStores {
  readonly one: SessionStore;
  readonly other: SessionStore;
  /** Ends both and deletes what they kept. */
  close?(): void | Promise<void>;
}

/** One thing that a store must do. */
export interface SessionStoreRule {
  /** In words, for the name of a test. */
  readonly name: string;
  /** @throws Error when the store does not do it */
  run(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/**
 * What a session store must do for revocation to be safe, as tests for the runner of your choice. Each rule opens stores of its
 * own.
 *
 * @param open opens two ends of a new store
 * @param o `now`: the time in milliseconds that the store goes by, for sessions that have ended; `timeoutMs`: how long a change
 *   may take to reach a subscriber, default 5,000
 *
 * @example
 * ```ts
 * const store = createMemorySessionStore();
 * const rules = sessionStoreContract(() => ({ one: store, other: store }), { now: () => 1_795_176_000_000 });
 * for (const { name, run } of rules) test(name, run);
 * declare function test(name: string, run: () => Promise<void>): void;
 * ```
 */
export function sessionStoreContract(
  open: () => OpenedSessionStores | Promise<OpenedSessionStores>,
  o: { readonly now: () => number; readonly timeoutMs?: number | undefined },
): readonly SessionStoreRule[] {
  const timeoutMs = o.timeoutMs ?? 5_000;
  const record = (id: string, more: Partial<SessionRecord> = {}): SessionRecord => ({
    id,
    ancestors: [],
    expiresAt: o.now() + HOUR_MS,
    data: `{"of":"${id} \u00e4\u{1f511}"}`,
    ...more,
  });
  const add = (store: SessionStore, one: SessionRecord): Promise<void> =>
    store.write({ type: 'added', record: one });
  const rule = (
    name: string,
    check: (one: SessionStore, other: SessionStore) => Promise<void>,
  ): SessionStoreRule => ({
    name,
    async run() {
      const stores = await open();
      try {
        await check(stores.one, stores.other);
      } finally {
        await stores.close?.();
      }
    },
  });
  const isKept = async (store: SessionStore, wanted: SessionRecord): Promise<void> =>
    same(await store.read(wanted.id), wanted, `read('${wanted.id}')`);
  const isGone = async (store: SessionStore, id: string): Promise<void> =>
    same(await store.read(id), undefined, `read('${id}')`);

  return [
    rule('finds what was added, at both ends, unchanged', async (one, other) => {
      const kept = record('KEY1', { ancestors: ['ROOT', 'KEY0'] });
      await add(one, kept);
      await isKept(one, kept);
      await isKept(other, kept);
      await isGone(other, 'KEY2');
    }),
    rule('takes names of object members for keys like any other', async (one, other) => {
      for (const id of ['__proto__', 'constructor', 'toString']) await isGone(one, id);
      await add(one, record('__proto__'));
      await isKept(other, record('__proto__'));
      await isGone(other, 'constructor');
    }),
    rule('replaces a session that is added again', async (one, other) => {
      await add(one, record('KEY1', { ancestors: ['ROOT'] }));
      await add(other, record('KEY1', { data: 'new' }));
      await isKept(one, record('KEY1', { data: 'new' }));
      await one.write({ type: 'revoked', id: 'ROOT' });
      await isKept(one, record('KEY1', { data: 'new' }));
    }),
    rule('ends a revoked session at both ends', async (one, other) => {
      await add(one, record('KEY1'));
      await add(one, record('KEY2'));
      await other.write({ type: 'revoked', id: 'KEY1' });
      await isGone(other, 'KEY1');
      await isGone(one, 'KEY1');
      await isKept(one, record('KEY2'));
    }),
    rule('ends with a revoked key every session that goes back to it', async (one, other) => {
      const children = [['ROOT'], ['ROOT', 'KEY1'], ['OTHER', 'ROOT', 'KEY1']];
      for (const [i, ancestors] of children.entries()) {
        await add(one, record(`CHILD${i}`, { ancestors }));
      }
      await add(one, record('STRANGER', { ancestors: ['OTHER', 'ROO', 'ROOT1'] }));
      // The key itself need not be kept here.
      await one.write({ type: 'revoked', id: 'ROOT' });
      for (const i of children.keys()) await isGone(other, `CHILD${i}`);
      await isKept(other, record('STRANGER', { ancestors: ['OTHER', 'ROO', 'ROOT1'] }));
    }),
    rule('takes a revocation of what is not there', async (one, other) => {
      await one.write({ type: 'revoked', id: 'KEY1' });
      await isGone(other, 'KEY1');
    }),
    rule('does not show a session that has ended', async (one, other) => {
      await add(one, record('ENDED', { expiresAt: o.now() }));
      await add(one, record('RUNNING', { expiresAt: o.now() + HOUR_MS }));
      await isGone(one, 'ENDED');
      await isGone(other, 'ENDED');
      await isKept(other, record('RUNNING'));
    }),
    rule('tells both ends of every change, in order', async (one, other) => {
      const wanted: readonly SessionChange[] = [
        { type: 'added', record: record('KEY1', { ancestors: ['ROOT'] }) },
        { type: 'added', record: record('KEY2') },
        { type: 'revoked', id: 'KEY1' },
        { type: 'revoked', id: 'ROOT' },
      ];
      const heard = [one, other].map((store) => listen(store, wanted.length, timeoutMs));
      for (const change of wanted) await one.write(change);
      for (const changes of heard) same(await changes, wanted, 'The changes');
    }),
    rule('tells the others when a listener fails, and nobody who has left', async (one, other) => {
      let calls = 0;
      const leave = other.subscribe(() => {
        calls += 1;
      });
      leave();
      leave();
      one.subscribe(() => {
        throw new Error('A listener failed.');
      });
      const heard = [listen(one, 1, timeoutMs), listen(other, 1, timeoutMs)];
      await one.write({ type: 'revoked', id: 'KEY1' });
      for (const changes of heard) {
        same(await changes, [{ type: 'revoked', id: 'KEY1' }], 'The changes');
      }
      same(calls, 0, 'Calls after the end of a subscription');
    }),
  ];
}

/** The first changes that a subscriber hears. */
function listen(
  store: SessionStore,
  count: number,
  timeoutMs: number,
): Promise<readonly SessionChange[]> {
  const changes: SessionChange[] = [];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${changes.length} of ${count} changes came in ${timeoutMs} ms.`)),
      timeoutMs,
    );
    const leave = store.subscribe((change) => {
      changes.push(change);
      if (changes.length < count) return;
      clearTimeout(timer);
      leave();
      resolve(changes);
    });
  });
}

function same(got: unknown, wanted: unknown, what: string): void {
  const texts = [got, wanted].map((value) => JSON.stringify(sorted(value)) ?? 'undefined');
  if (texts[0] !== texts[1]) throw new Error(`${what} is ${texts[0]}, not ${texts[1]}.`);
}

/** The same value, its members in one order: a store may keep them in any. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}

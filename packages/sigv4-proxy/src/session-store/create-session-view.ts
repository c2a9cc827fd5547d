import { LRUCache } from 'lru-cache';
import { systemClock } from '../defaults.js';
import { SigV4ProxyError } from '../errors.js';
import { wholeNumber } from '../whole-number.js';
import { within } from '../within.js';
import {
  isRevokedBy,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
} from './session-store.js';

/** Options of {@link createSessionView}. */
export interface SessionViewOptions<Value extends object> {
  readonly store: SessionStore;
  /**
   * Makes what this process works with out of a record. Called once for each record that is read.
   *
   * @returns undefined for a record that is not understood: it counts as none
   */
  parse(record: SessionRecord): Value | undefined;
  /** Called when a session leaves this process: revoked, replaced, ended, or the one used longest ago. */
  onDropped?: ((value: Value) => void) | undefined;
  /** Called with every key that is revoked anywhere, whether a session of it was here or not. */
  onRevoked?: ((id: string) => void) | undefined;
  /** Sessions kept here at most. Default 1,000. */
  readonly maxSessions?: number | undefined;
  /** Milliseconds after which a session is read anew, should the subscription have missed something. Default 30,000. */
  readonly refreshMs?: number | undefined;
  /** Milliseconds to wait for the store; a store that keeps silent must not hold requests for ever. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** The current time. Default: the wall clock. */
  readonly clock?: (() => Date) | undefined;
}

/** What one process knows of the shared sessions, ready without waiting. */
export interface SessionView<Value extends object> {
  /** The session if it is here and fresh; undefined says nothing about the store. */
  peek(id: string): Value | undefined;
  /**
   * The session, from here or from the store.
   *
   * @param id attacker-controlled; ask at most once a request for a key that is not here
   * @throws what the store throws, and SigV4ProxyError `credentials` when it keeps silent: nobody is let in on a session that
   *   cannot be checked
   */
  find(id: string): Promise<Value | undefined>;
  /** Keeps a session, here and in the store. */
  add(record: SessionRecord): Promise<void>;
  /** Ends a key: at once here, and everywhere when it comes back. */
  revoke(id: string): Promise<void>;
  /** Ends the subscription and forgets everything. */
  close(): void;
  /** Sessions that are here. */
  readonly size: number;
}

interface Entry<Value> {
  readonly record: SessionRecord;
  readonly value: Value;
  readonly readAt: number;
}

/** What happened to a session while the store was asked about it. */
interface Meanwhile {
  readonly id: string;
  readonly revoked: Set<string>;
  added: SessionRecord | undefined;
}

/**
 * Keeps the sessions that this process uses at hand: read once, then answered without waiting, dropped the moment their
 * revocation arrives. `authenticate` of a proxy can be one line on top of it.
 *
 * @param o the store, how to read its records, bounds
 * @throws SigV4ProxyError `invalid-option` for a bound that is no whole number in its range
 *
 * @example
 * ```ts
 * const store = createMemorySessionStore();
 * const view = createSessionView<{ user: string }>({ store, parse: ({ data }) => ({ user: data }) });
 * await view.add({ id: 'SP00EXAMPLEEXAMPLE00', ancestors: [], expiresAt: 1_795_180_000_000, data: 'alice' });
 * view.peek('SP00EXAMPLEEXAMPLE00')?.user; // 'alice', without asking the store
 * ```
 */
export function createSessionView<Value extends object>(
  o: SessionViewOptions<Value>,
): SessionView<Value> {
  const { store } = o;
  const clock = o.clock ?? systemClock;
  const refreshMs = wholeNumber('refreshMs', o.refreshMs ?? 30_000);
  const timeoutMs = wholeNumber('timeoutMs', o.timeoutMs ?? 5_000);
  const entries = new LRUCache<string, Entry<Value>>({
    max: wholeNumber('maxSessions', o.maxSessions ?? 1_000),
    dispose: ({ value }) => o.onDropped?.(value),
    noDisposeOnSet: true,
  });
  const readings = new Map<string, Promise<Value | undefined>>();
  const waiting = new Set<Meanwhile>();

  const keep = (record: SessionRecord): Value | undefined => {
    const readAt = clock().getTime();
    const before = entries.get(record.id);
    if (before !== undefined && readAt < record.expiresAt && isSame(before.record, record)) {
      entries.set(record.id, { ...before, readAt });
      return before.value;
    }
    entries.delete(record.id);
    const value = readAt < record.expiresAt ? o.parse(record) : undefined;
    if (value !== undefined) entries.set(record.id, { record, value, readAt });
    return value;
  };

  const dropRevoked = (id: string): void => {
    for (const { record } of [...entries.values()]) {
      if (isRevokedBy(record, id)) entries.delete(record.id);
    }
    for (const { revoked } of waiting) revoked.add(id);
    o.onRevoked?.(id);
  };

  const unsubscribe = store.subscribe((change: SessionChange) => {
    if (change.type === 'revoked') {
      dropRevoked(change.id);
      return;
    }
    const { record } = change;
    for (const meanwhile of waiting) {
      if (meanwhile.id !== record.id) continue;
      meanwhile.added = record;
      // Changes come in order: what was revoked before does not end what is added after.
      meanwhile.revoked.clear();
    }
    if (entries.has(record.id)) keep(record);
  });

  const peek = (id: string): Value | undefined => {
    const entry = entries.get(id);
    if (entry === undefined) return undefined;
    const now = clock().getTime();
    if (now >= entry.record.expiresAt) entries.delete(id);
    else if (now < entry.readAt + refreshMs) return entry.value;
    return undefined;
  };

  /** Takes in what the store has, unless it was revoked on the way: nobody would revoke it again. */
  const ask = async (
    id: string,
    question: () => Promise<SessionRecord | undefined>,
  ): Promise<Value | undefined> => {
    const meanwhile: Meanwhile = { id, revoked: new Set(), added: undefined };
    waiting.add(meanwhile);
    try {
      const answer = await within(timeoutMs, question(), silent);
      const record = meanwhile.added ?? answer;
      const isRevoked = (one: string): boolean => record !== undefined && isRevokedBy(record, one);
      if (record?.id === id && ![...meanwhile.revoked].some(isRevoked)) return keep(record);
      entries.delete(id);
      return undefined;
    } finally {
      waiting.delete(meanwhile);
    }
  };

  return {
    peek,
    async find(id) {
      const here = peek(id);
      if (here !== undefined) return here;
      const known = readings.get(id);
      if (known !== undefined) return known;
      const reading = ask(id, () => store.read(id));
      readings.set(id, reading);
      try {
        return await reading;
      } finally {
        readings.delete(id);
      }
    },
    async add(record) {
      await ask(record.id, async () => {
        await store.write({ type: 'added', record });
        return record;
      });
    },
    async revoke(id) {
      dropRevoked(id);
      await within(timeoutMs, store.write({ type: 'revoked', id }), silent);
    },
    close() {
      unsubscribe();
      entries.clear();
    },
    get size() {
      return entries.size;
    },
  };
}

function silent(): SigV4ProxyError {
  return new SigV4ProxyError('credentials', 'The store of sessions does not answer: try again.');
}

function isSame(a: SessionRecord, b: SessionRecord): boolean {
  return (
    a.data === b.data &&
    a.expiresAt === b.expiresAt &&
    a.ancestors.length === b.ancestors.length &&
    a.ancestors.every((id, i) => id === b.ancestors[i])
  );
}

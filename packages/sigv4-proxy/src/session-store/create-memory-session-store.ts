import { systemClock } from '../defaults.js';
import {
  isRevokedBy,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
  tell,
} from './session-store.js';

/** Options of {@link createMemorySessionStore}. */
export interface MemorySessionStoreOptions {
  /** Sessions kept at most; the one that was added longest ago gives way. Default 10,000. */
  readonly maxSessions?: number | undefined;
  /** The current time. Default: the wall clock. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Makes a store in the memory of this process: for proxies that share one process, for the process that keeps the sessions of
 * its workers, and for tests.
 *
 * @param o bound and clock
 *
 * @example
 * ```ts
 * const sessionStore = createMemorySessionStore({ maxSessions: 1_000 });
 * await sessionStore.write({ type: 'revoked', id: 'SP00EXAMPLEEXAMPLE00' });
 * ```
 */
export function createMemorySessionStore(o: MemorySessionStoreOptions = {}): SessionStore {
  const clock = o.clock ?? systemClock;
  const maxSessions = o.maxSessions ?? 10_000;
  const records = new Map<string, SessionRecord>();
  const listeners = new Set<(change: SessionChange) => void>();

  const add = (record: SessionRecord): void => {
    records.delete(record.id);
    if (records.size >= maxSessions) {
      const now = clock().getTime();
      for (const [id, { expiresAt }] of records) if (expiresAt <= now) records.delete(id);
    }
    for (const oldest of records.keys()) {
      if (records.size < maxSessions) break;
      records.delete(oldest);
    }
    records.set(record.id, record);
  };

  const revoke = (id: string): void => {
    for (const record of records.values()) if (isRevokedBy(record, id)) records.delete(record.id);
  };

  return {
    async read(id) {
      const record = records.get(id);
      return record !== undefined && clock().getTime() < record.expiresAt ? record : undefined;
    },
    async write(change) {
      if (change.type === 'added') add(change.record);
      else revoke(change.id);
      tell(listeners, change);
    },
    subscribe(listener) {
      const own = (change: SessionChange): void => listener(change);
      listeners.add(own);
      return () => listeners.delete(own);
    },
  };
}

import { systemClock } from '../defaults.js';
import { wholeNumber } from '../whole-number.js';
import {
  isRevokedBy,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
  tell,
} from './session-store.js';

/** Options of {@link createMemorySessionStore}. */
export interface MemorySessionStoreOptions {
  /**
   * Sessions kept at most of each kind: logins, which go back to nothing, and what was handed out to them, so that no number of
   * the one pushes out the other. The one that was added longest ago gives way. Default 10,000.
   */
  readonly maxSessions?: number | undefined;
  /** The current time. Default: the wall clock. */
  readonly clock?: (() => Date) | undefined;
}

/**
 * Makes a store in the memory of this process: for proxies that share one process, for the process that keeps the sessions of
 * its workers, and for tests.
 *
 * @param o bound and clock
 * @throws SigV4ProxyError `invalid-option` for a bound that is no whole number
 *
 * @example
 * ```ts
 * const sessionStore = createMemorySessionStore({ maxSessions: 1_000 });
 * await sessionStore.write({ type: 'revoked', id: 'SP00EXAMPLEEXAMPLE00' });
 * ```
 */
export function createMemorySessionStore(o: MemorySessionStoreOptions = {}): SessionStore {
  const clock = o.clock ?? systemClock;
  const maxSessions = wholeNumber('maxSessions', o.maxSessions ?? 10_000);
  const logins = new Map<string, SessionRecord>();
  const handedOut = new Map<string, SessionRecord>();
  const listeners = new Set<(change: SessionChange) => void>();

  const add = (record: SessionRecord): void => {
    logins.delete(record.id);
    handedOut.delete(record.id);
    const records = record.ancestors.length === 0 ? logins : handedOut;
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
    for (const records of [logins, handedOut]) {
      for (const record of records.values()) {
        if (isRevokedBy(record, id)) records.delete(record.id);
      }
    }
  };

  return {
    async read(id) {
      const record = logins.get(id) ?? handedOut.get(id);
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

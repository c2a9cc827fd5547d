import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, watch } from 'node:fs';
import {
  isRevokedBy,
  type SessionChange,
  type SessionRecord,
  type SessionStore,
  tell,
} from '../../src/session-store/session-store.js';

/** A session store whose processes share nothing but a file of changes, one a line. Written to be another kind of store. */
export function openFileSessionStore(
  file: string,
  now: () => number,
): { store: SessionStore; close(): void } {
  const listeners = new Set<(change: SessionChange) => void>();
  const own = randomUUID();
  let told = readFileSync(file, 'utf8').length;
  const catchUp = (): void => {
    const news = readFileSync(file, 'utf8').slice(told);
    const end = news.lastIndexOf('\n') + 1;
    told += end;
    for (const line of news.slice(0, end).split('\n')) {
      if (line !== '') tell(listeners, JSON.parse(line).change);
    }
  };
  const watcher = watch(file, catchUp);
  const store: SessionStore = {
    async read(id) {
      let found: SessionRecord | undefined;
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line === '') continue;
        const { change }: { change: SessionChange } = JSON.parse(line);
        if (change.type === 'added') {
          if (change.record.id === id) found = change.record;
        } else if (found !== undefined && isRevokedBy(found, change.id)) found = undefined;
      }
      return found !== undefined && now() < found.expiresAt ? found : undefined;
    },
    async write(change) {
      appendFileSync(file, `${JSON.stringify({ by: own, change })}\n`);
      catchUp();
    },
    subscribe(listener) {
      const one = (change: SessionChange): void => listener(change);
      listeners.add(one);
      return () => listeners.delete(one);
    },
  };
  return { store, close: () => watcher.close() };
}

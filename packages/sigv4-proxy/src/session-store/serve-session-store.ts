import { changeOf, onMessage, type SessionPort, sendMessage } from './session-messages.js';
import type { SessionStore } from './session-store.js';

/**
 * Lets another process use a store of this one through its message channel: the primary of a cluster keeps the sessions, its
 * workers reach them with `connectSessionStore`. Both sides trust each other.
 *
 * @param store kept here, `createMemorySessionStore` for example
 * @param port the worker
 * @returns ends it; call it when the worker is gone
 *
 * @example
 * ```ts
 * declare const worker: import('node:cluster').Worker;
 * const stop = serveSessionStore(createMemorySessionStore(), worker);
 * worker.once('exit', stop);
 * ```
 */
export function serveSessionStore(store: SessionStore, port: SessionPort): () => void {
  // What cannot be sent is not needed any more: the other side is gone, or gives up by itself.
  const ignore = (): void => {};
  const unsubscribe = store.subscribe((told) => sendMessage(port, { told }, ignore));
  const stop = onMessage(port, (message) => {
    const ask: unknown = Reflect.get(message, 'ask');
    if (typeof ask !== 'number') return;
    const id: unknown = Reflect.get(message, 'read');
    const change = changeOf(Reflect.get(message, 'change'));
    const work =
      typeof id === 'string'
        ? store.read(id)
        : change === undefined
          ? Promise.reject(new Error('A message about sessions cannot be read.'))
          : store.write(change).then(() => undefined);
    work.then(
      (record) => sendMessage(port, { answer: ask, record }, ignore),
      () => sendMessage(port, { answer: ask, failed: true }, ignore),
    );
  });
  return () => {
    unsubscribe();
    stop();
  };
}

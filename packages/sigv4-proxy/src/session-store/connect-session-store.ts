import { SigV4ProxyError } from '../errors.js';
import { wholeNumber } from '../whole-number.js';
import {
  changeOf,
  onMessage,
  recordOf,
  type SessionPort,
  type SessionQuestion,
  sendMessage,
} from './session-messages.js';
import {
  type SessionChange,
  type SessionRecord,
  type SessionStore,
  tell,
} from './session-store.js';

/** Options of {@link connectSessionStore}. */
export interface ConnectSessionStoreOptions {
  /** Milliseconds to wait for an answer. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

/** A store that another process keeps. */
export interface ConnectedSessionStore extends SessionStore {
  /** Lets go of the channel, so that it does not keep the process alive. Questions without an answer fail. */
  close(): void;
}

interface Waiting {
  settle(record: SessionRecord | undefined): void;
  fail(cause: unknown): void;
}

/**
 * Reaches a store that another process serves with `serveSessionStore`, from a worker of `node:cluster` with `process` as port.
 *
 * @param port the channel to that process
 * @param o time limit
 * @returns a store whose methods reject with SigV4ProxyError `credentials`, which clients retry, when there is no answer
 * @throws SigV4ProxyError `invalid-option` for a time limit that is no whole number in its range
 *
 * @example
 * ```ts
 * declare const process: SessionPort;
 * const sessionStore = connectSessionStore(process);
 * ```
 */
export function connectSessionStore(
  port: SessionPort,
  o: ConnectSessionStoreOptions = {},
): ConnectedSessionStore {
  const timeoutMs = wholeNumber('timeoutMs', o.timeoutMs ?? 5_000);
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(change: SessionChange) => void>();
  let last = 0;

  const stop = onMessage(port, (message) => {
    const told = changeOf(Reflect.get(message, 'told'));
    if (told !== undefined) tell(listeners, told);
    const answer: unknown = Reflect.get(message, 'answer');
    const one = typeof answer === 'number' ? waiting.get(answer) : undefined;
    if (Reflect.get(message, 'failed') === true) one?.fail(new Error('The store has failed.'));
    else one?.settle(recordOf(Reflect.get(message, 'record')));
  });

  const ask = (question: (ask: number) => SessionQuestion): Promise<SessionRecord | undefined> => {
    last += 1;
    const number = last;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        waiting.delete(number);
      };
      const fail = (cause: unknown): void => {
        end();
        reject(unanswered(cause));
      };
      const timer = setTimeout(() => fail(new Error('timeout')), timeoutMs);
      waiting.set(number, {
        fail,
        settle(record) {
          end();
          resolve(record);
        },
      });
      sendMessage(port, question(number), fail);
    });
  };

  return {
    read: (id) => ask((number) => ({ ask: number, read: id })),
    async write(change) {
      await ask((number) => ({ ask: number, change }));
    },
    subscribe(listener) {
      const own = (change: SessionChange): void => listener(change);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    close() {
      stop();
      for (const one of [...waiting.values()]) one.fail(new Error('The store is closed.'));
    },
  };
}

function unanswered(cause: unknown): SigV4ProxyError {
  return new SigV4ProxyError(
    'credentials',
    'The process that keeps the sessions does not answer: try again.',
    { cause },
  );
}

import type { SessionChange, SessionRecord } from './session-store.js';

/** What carries messages between processes: a worker of `node:cluster`, or `process` inside of it. */
export interface SessionPort {
  send?(
    message: object,
    handle?: undefined,
    options?: undefined,
    callback?: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

const TAG = 'postern:sessions';

/** From the process that asks. */
export type SessionQuestion =
  | { readonly ask: number; readonly read: string }
  | { readonly ask: number; readonly change: SessionChange };

/** From the process that keeps the sessions. */
export type SessionAnswer =
  | { readonly answer: number; readonly record?: SessionRecord | undefined }
  | { readonly answer: number; readonly failed: true }
  | { readonly told: SessionChange };

/**
 * Sends one message.
 *
 * @param fail called when it cannot be sent
 */
export function sendMessage(
  port: SessionPort,
  message: SessionQuestion | SessionAnswer,
  fail: (cause: unknown) => void,
): void {
  if (port.send === undefined) {
    fail(new Error('The process has no channel for messages.'));
    return;
  }
  try {
    port.send({ type: TAG, ...message }, undefined, undefined, (error) => {
      if (error !== null) fail(error);
    });
  } catch (error) {
    fail(error);
  }
}

/**
 * Calls the listener with every message about sessions that arrives.
 *
 * @returns ends it
 */
export function onMessage(port: SessionPort, listener: (message: object) => void): () => void {
  const onAny = (message: unknown): void => {
    if (isObject(message) && Reflect.get(message, 'type') === TAG) listener(message);
  };
  port.on('message', onAny);
  return () => port.off('message', onAny);
}

/** Reads a change out of a message; undefined when there is none. */
export function changeOf(value: unknown): SessionChange | undefined {
  if (!isObject(value)) return undefined;
  const type: unknown = Reflect.get(value, 'type');
  const id: unknown = Reflect.get(value, 'id');
  if (type === 'revoked') return typeof id === 'string' ? { type, id } : undefined;
  const record = recordOf(Reflect.get(value, 'record'));
  return type === 'added' && record !== undefined ? { type, record } : undefined;
}

/** Reads a record out of a message; undefined when there is none. */
export function recordOf(value: unknown): SessionRecord | undefined {
  if (!isObject(value)) return undefined;
  const id: unknown = Reflect.get(value, 'id');
  const list: unknown = Reflect.get(value, 'ancestors');
  const expiresAt: unknown = Reflect.get(value, 'expiresAt');
  const data: unknown = Reflect.get(value, 'data');
  if (typeof id !== 'string' || typeof expiresAt !== 'number' || typeof data !== 'string') {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  const ancestors = list.filter((one) => typeof one === 'string');
  return ancestors.length === list.length ? { id, ancestors, expiresAt, data } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

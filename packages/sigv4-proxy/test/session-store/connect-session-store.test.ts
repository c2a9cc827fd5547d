import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { connectSessionStore } from '../../src/session-store/connect-session-store.js';
import { serveSessionStore } from '../../src/session-store/serve-session-store.js';
import type { SessionStore } from '../../src/session-store/session-store.js';
import { messagePorts } from '../support/message-ports.js';

const failing: SessionStore = {
  read: () => Promise.reject(new Error('secret details')),
  write: () => Promise.reject(new Error('secret details')),
  subscribe: () => () => {},
};

describe('connectSessionStore', () => {
  it('fails with a code that clients retry when the store fails, is cut off, or keeps silent', async () => {
    const ports = messagePorts();
    serveSessionStore(failing, ports.primary);
    const store = connectSessionStore(ports.worker, { timeoutMs: 5 });
    await expect(store.read('A')).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
    const write = store.write({ type: 'revoked', id: 'A' });
    await expect(write).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
    ports.cut();
    await expect(store.read('A')).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
    const silent = connectSessionStore(messagePorts().worker, { timeoutMs: 5 });
    await expect(silent.read('A')).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
    const unconnected = connectSessionStore(new EventEmitter());
    await expect(unconnected.read('A')).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
  });

  it('fails what is open when it is closed, and leaves no timer', async () => {
    const store = connectSessionStore(messagePorts().worker, { timeoutMs: 1_000_000 });
    const reading = store.read('A');
    store.close();
    await expect(reading).rejects.toThrowWithCode(SigV4ProxyError, 'credentials');
  });

  it('takes no notice of other messages, and gives no record that is none', async () => {
    const ports = messagePorts();
    const strange: unknown = { id: 'A', ancestors: [1], expiresAt: 1, data: '' };
    serveSessionStore({ ...failing, read: async () => strange as never }, ports.primary);
    const store = connectSessionStore(ports.worker);
    const heard: unknown[] = [];
    store.subscribe((change) => heard.push(change));
    for (const message of [
      null,
      'text',
      { answer: 1 },
      { type: 'postern:sessions', told: { type: 'revoked', id: 1 } },
      { type: 'postern:sessions', told: { type: 'added', record: strange } },
      { type: 'postern:sessions', answer: 99 },
    ]) {
      ports.worker.emit('message', message);
    }
    for (const message of [{ type: 'postern:sessions', ask: 'x' }, { type: 'postern:sessions' }]) {
      ports.primary.emit('message', message);
    }
    expect(await store.read('A')).toBeUndefined();
    expect(heard).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { connectSessionStore } from '../../src/session-store/connect-session-store.js';
import { createMemorySessionStore } from '../../src/session-store/create-memory-session-store.js';
import { createSessionView } from '../../src/session-store/create-session-view.js';
import { messagePorts } from '../support/message-ports.js';

const NOT_COUNTS = [Number.NaN, 0, -1, 1.5, Number.POSITIVE_INFINITY];
const NOT_TIMES = [...NOT_COUNTS, 2 ** 31];

const store = createMemorySessionStore();
const view = (o: object) => createSessionView({ store, parse: () => ({}), ...o });
const OPTIONS: readonly (readonly [
  name: string,
  values: number[],
  make: (o: object) => unknown,
])[] = [
  ['maxSessions', NOT_COUNTS, createMemorySessionStore],
  ['maxSessions', NOT_COUNTS, view],
  ['refreshMs', NOT_TIMES, view],
  ['timeoutMs', NOT_TIMES, view],
  ['timeoutMs', NOT_TIMES, (o) => connectSessionStore(messagePorts().worker, o)],
];

describe('limits of the session store', () => {
  it.each(OPTIONS)('%s must be in its range', (name, values, make) => {
    for (const value of values) {
      const setting = () => make({ [name]: value });
      expect(setting).toThrowWithCode(SigV4ProxyError, 'invalid-option');
      expect(setting).toThrow(new RegExp(`^${name} must be a whole number`));
    }
  });

  it('say the range of a time', () => {
    expect(() => view({ timeoutMs: 2 ** 31 })).toThrow(/from 1 to 2147483647/);
    expect(() => view({ timeoutMs: 2 ** 31 - 1 })).not.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { JoinIamError, limitConcurrency, type StsRequest } from '../../../src/server/index.js';
import { identityResponse } from '../../support/fixtures.js';

const REQUEST: StsRequest = {
  host: 'sts.amazonaws.com',
  method: 'POST',
  path: '/',
  headers: [],
  body: '',
};

/** A transport whose exchanges end when the test says so. */
function heldTransport(limits: Parameters<typeof limitConcurrency>[1]) {
  const running: { tokenName: string; finish: () => void }[] = [];
  const limited = limitConcurrency(
    (_, { tokenName }) =>
      new Promise((resolve) => {
        running.push({ tokenName, finish: () => resolve(identityResponse()) });
      }),
    limits,
  );
  const send = (tokenName: string, signal = new AbortController().signal) =>
    limited(REQUEST, { tokenName, signal });
  return { send, running, names: () => running.map(({ tokenName }) => tokenName) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('limitConcurrency', () => {
  it('runs as many as fit and the others in the order of arrival', async () => {
    const { send, running, names } = heldTransport({ maxConcurrent: 2 });
    const all = ['a', 'b', 'c', 'd'].map((name) => send(name));
    await settle();
    expect(names()).toEqual(['a', 'b']);
    running[1]?.finish();
    await settle();
    expect(names()).toEqual(['a', 'b', 'c']);
    running[0]?.finish();
    running[2]?.finish();
    await settle();
    running[3]?.finish();
    await expect(Promise.all(all)).resolves.toHaveLength(4);
  });

  it('does not let one token hold up the others', async () => {
    const { send, running, names } = heldTransport({ maxConcurrent: 3, maxConcurrentPerToken: 1 });
    const all = ['greedy', 'greedy', 'greedy', 'other'].map((name) => send(name));
    await settle();
    expect(names()).toEqual(['greedy', 'other']);
    while (running.length < 4) {
      for (const { finish } of running) finish();
      await settle();
    }
    for (const { finish } of running) finish();
    await expect(Promise.all(all)).resolves.toHaveLength(4);
  });

  it('refuses when too many wait', async () => {
    const { send } = heldTransport({ maxConcurrent: 1, maxQueued: 1 });
    void send('a');
    void send('b');
    await expect(send('c')).rejects.toThrowWithCode(JoinIamError, 'sts-busy');
  });

  it('forgets a waiting exchange whose deadline passes', async () => {
    const { send, running, names } = heldTransport({ maxConcurrent: 1, maxQueued: 1 });
    void send('a');
    const controller = new AbortController();
    const waiting = send('b', controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrowWithCode(JoinIamError, 'aborted');
    void send('c');
    running[0]?.finish();
    await settle();
    expect(names()).toEqual(['a', 'c']);
  });

  it('does not begin what was given up before, and tells a deadline apart', async () => {
    const { send, names } = heldTransport({ maxConcurrent: 1 });
    await expect(send('a', AbortSignal.abort())).rejects.toThrowWithCode(JoinIamError, 'aborted');
    const passed = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    await expect(send('a', passed)).rejects.toThrowWithCode(JoinIamError, 'sts-timeout');
    expect(names()).toEqual([]);
  });

  it('gives the place back when an exchange fails', async () => {
    const limited = limitConcurrency(() => Promise.reject(new Error('reset')), {
      maxConcurrent: 1,
    });
    const { signal } = new AbortController();
    for (let i = 0; i < 3; i += 1) {
      await expect(limited(REQUEST, { tokenName: 'a', signal })).rejects.toThrow('reset');
    }
  });

  it('refuses limits that make no sense', () => {
    for (const limits of [{ maxConcurrent: 0 }, { maxConcurrentPerToken: 0 }, { maxQueued: -1 }]) {
      expect(() => heldTransport(limits)).toThrowWithCode(JoinIamError, 'invalid-option');
    }
  });
});

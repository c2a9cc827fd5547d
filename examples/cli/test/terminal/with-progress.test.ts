import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withProgress } from '../../src/terminal/with-progress.js';
import { fakeTerminal } from '../support/world.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const run = async (showsProgress: boolean, ms: number) => {
  let shown = '';
  const err = (text: string) => {
    shown += text;
  };
  const done = withProgress(
    { terminal: fakeTerminal({ showsProgress }), err },
    'opening',
    () => new Promise((resolve) => setTimeout(resolve, ms, 'result')),
  );
  await vi.advanceTimersByTimeAsync(ms);
  return { result: await done, shown };
};

describe('withProgress', () => {
  it('shows a line on a terminal and takes it away again', async () => {
    const { result, shown } = await run(true, 1_000);
    expect(result).toBe('result');
    expect(shown).toMatch(/^\r\S opening …/);
    expect(shown.endsWith('\r\u001b[K')).toBe(true);
  });

  it('shows nothing for what is over at once', async () => {
    expect((await run(true, 100)).shown).toBe('');
  });

  it('is silent in a pipe', async () => {
    expect((await run(false, 10_000)).shown).toBe('');
  });

  it('takes the line away after a failure too', async () => {
    let shown = '';
    const failing = withProgress(
      { terminal: fakeTerminal({ showsProgress: true }), err: (text) => (shown += text) },
      'opening',
      () => new Promise((_, reject) => setTimeout(() => reject(new Error('no')), 500)),
    );
    const expected = expect(failing).rejects.toThrow('no');
    await vi.advanceTimersByTimeAsync(500);
    await expected;
    expect(shown.endsWith('\r\u001b[K')).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

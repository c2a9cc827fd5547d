import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Timed, TimeoutList } from '../src/timeout-list.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

class Waiting implements Timed {
  list: TimeoutList | undefined;
  before: Timed | undefined;
  after: Timed | undefined;
  tick = 0;
  readonly times: number[] = [];

  onTimeout(): void {
    this.times.push(performance.now());
  }
}

describe('TimeoutList', () => {
  it('tells each of its end never early, and at most an eighth late', () => {
    const list = new TimeoutList(800);
    const waiting = Array.from({ length: 40 }, () => new Waiting());
    const begun: number[] = [];
    for (const one of waiting) {
      begun.push(performance.now());
      list.add(one);
      vi.advanceTimersByTime(37);
    }
    vi.advanceTimersByTime(1_000);
    for (const [at, { times }] of waiting.entries()) {
      expect(times).toHaveLength(1);
      const took = (times[0] ?? 0) - (begun[at] ?? 0);
      expect(took).toBeGreaterThanOrEqual(800);
      expect(took).toBeLessThanOrEqual(900);
    }
  });

  it('is not early for limits that no eighth of a millisecond divides', () => {
    const list = new TimeoutList(20);
    const one = new Waiting();
    list.add(one);
    vi.advanceTimersByTime(19);
    expect(one.times).toEqual([]);
    vi.advanceTimersByTime(8);
    expect(one.times).toHaveLength(1);
  });

  it('forgets what has ended, wherever it stands, and begins anew with what is added again', () => {
    const list = new TimeoutList(80);
    const [first, middle, last] = [new Waiting(), new Waiting(), new Waiting()];
    for (const one of [first, middle, last]) list.add(one);
    list.remove(middle);
    list.remove(middle);
    vi.advanceTimersByTime(70);
    list.add(first);
    vi.advanceTimersByTime(30);
    expect([first, middle, last].map(({ times }) => times.length)).toEqual([0, 0, 1]);
    vi.advanceTimersByTime(70);
    expect([first, middle, last].map(({ times }) => times.length)).toEqual([1, 0, 1]);
  });

  it('takes one from the list that it waits in', () => {
    const [short, long] = [new TimeoutList(80), new TimeoutList(800)];
    const one = new Waiting();
    short.add(one);
    long.add(one);
    short.remove(one);
    vi.advanceTimersByTime(799);
    expect(one.times).toEqual([]);
    vi.advanceTimersByTime(101);
    expect(one.times).toHaveLength(1);
  });

  it('lets one wait again when it is told, and keeps no timer when nothing waits', () => {
    const list = new TimeoutList(80);
    const one = new Waiting();
    let times = 0;
    one.onTimeout = () => {
      times += 1;
      if (times < 3) list.add(one);
    };
    list.add(one);
    vi.advanceTimersByTime(1_000);
    expect(times).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});

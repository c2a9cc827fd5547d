import { LRUCache } from 'lru-cache';
import { Refusal } from './refusal.js';

/** Counts attempts by key, and refuses when there are too many. Memory is bounded. */
export interface Throttle {
  /**
   * Counts an attempt before its outcome is known, so that attempts at the same time count too.
   *
   * @throws Refusal `too-many-attempts`
   */
  attempt(key: string): void;
  /** The attempt was good: its key starts anew. */
  forgive(key: string): void;
  /** The attempt was good, but says nothing about those before it: it alone is not counted. */
  takeBack(key: string): void;
}

/** @param o `max` attempts in `windowMs` for one key; `maxKeys` default 20,000 */
export function createThrottle(o: {
  readonly max: number;
  readonly windowMs: number;
  readonly clock: () => Date;
  readonly maxKeys?: number | undefined;
}): Throttle {
  const windows = new LRUCache<string, { count: number; readonly endsAt: number }>({
    max: o.maxKeys ?? 20_000,
  });
  return {
    attempt(key) {
      const now = o.clock().getTime();
      const known = windows.get(key);
      const window = known && known.endsAt > now ? known : { count: 0, endsAt: now + o.windowMs };
      if (window.count >= o.max) {
        const seconds = Math.ceil((window.endsAt - now) / 1000);
        const message = `Too many attempts: try again in ${seconds} seconds.`;
        throw new Refusal(429, 'too-many-attempts', message, seconds);
      }
      window.count += 1;
      windows.set(key, window);
    },
    forgive: (key) => void windows.delete(key),
    takeBack(key) {
      const window = windows.get(key);
      if (window && window.count > 0) window.count -= 1;
    },
  };
}

import { Refusal } from '../../src/refusal.js';

/** A clock that stands still until it is moved. */
export function testClock() {
  let now = Date.parse('2026-11-20T12:00:00Z');
  const clock = () => new Date(now);
  return Object.assign(clock, {
    advance(milliseconds: number) {
      now += milliseconds;
    },
  });
}

/** Code of what a function throws. */
export function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

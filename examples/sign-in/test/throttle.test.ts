import { describe, expect, it } from 'vitest';
import { createThrottle } from '../src/throttle.js';
import { codeOf, testClock } from './support/clock.js';

describe('createThrottle', () => {
  it('refuses one key for the rest of the window, says how long, and keeps few keys', () => {
    const clock = testClock();
    const throttle = createThrottle({ max: 2, windowMs: 60_000, clock, maxKeys: 3 });
    throttle.attempt('a');
    throttle.attempt('a');
    clock.advance(15_000);
    expect(() => throttle.attempt('a')).toThrow('in 45 seconds');
    throttle.attempt('b');
    throttle.forgive('a');
    expect(codeOf(() => throttle.attempt('a'))).toBeUndefined();
    clock.advance(60_000);
    expect(codeOf(() => throttle.attempt('b'))).toBeUndefined();
  });
});

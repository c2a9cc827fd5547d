import { SigV4ProxyError } from './errors.js';

/** The longest time that Node's timers can wait, in milliseconds; they take more for one millisecond. */
export const MAX_TIMER_MS = 2_147_483_647;

/**
 * Checks an option that is a count, a size or a time.
 *
 * @param name of the option
 * @param value as it was given
 * @param least the smallest that is allowed
 * @param most the largest; without one, the largest whole number that is exact. Names that end in `Ms` are times for a timer
 * @throws SigV4ProxyError `invalid-option`
 */
export function wholeNumber(
  name: string,
  value: number,
  least = 1,
  most = name.endsWith('Ms') ? MAX_TIMER_MS : Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new SigV4ProxyError('invalid-option', `${name} must be a whole number ${range}.`);
}

import { ConfigError } from '../errors.js';
import { MAX_NANOSECONDS, NANOSECONDS, tryParseDuration } from './nanoseconds.js';

export { ConfigError, type ConfigErrorCode } from '../errors.js';

/**
 * Reads a duration: an optional sign, then one or more numbers with a unit, without blanks, such as
 * `8h30m` or `1.5h`. Units are ns, us (µs), ms, s, m, h, d (24 h), mo (30 d) and y (365 d), in any
 * order and as often as you like. A bare `0` and the word `never` are zero; what zero means (no limit,
 * the default) is for the field to say.
 *
 * @see https://pkg.go.dev/time#ParseDuration for the grammar this one extends by d, mo and y
 * @param text - the text to read
 * @returns seconds, with a fraction where the text has one; negative after a minus sign
 * @throws {@link ConfigError} `invalid-duration` for anything else: a bare number, weeks, upper case,
 *   blanks, more than about 292 years
 *
 * @example
 * ```ts
 * parseDuration('8h30m'); // 30600
 * parseDuration('1.5h'); // 5400
 * ```
 */
export function parseDuration(text: string): number {
  const seconds = tryParseDuration(text);
  if (seconds === undefined) {
    throw new ConfigError({
      code: 'invalid-duration',
      message: 'The text is not a duration: numbers with units are expected, such as 8h30m or 15m.',
    });
  }
  return seconds;
}

/**
 * Writes a duration the canonical way: `8h30m0s`, `15m0s`, `1.5s`, and below one second `300ms`,
 * `2µs` or `7ns`. Whatever it writes, {@link parseDuration} reads back to the same nanosecond.
 *
 * @param seconds - the duration in seconds; rounded to whole nanoseconds
 * @throws {@link ConfigError} `invalid-duration` when the number is not finite or beyond about 292 years
 *
 * @example
 * ```ts
 * formatDuration(30_600); // '8h30m0s'
 * ```
 */
export function formatDuration(seconds: number): string {
  const total = Number.isFinite(seconds) ? toNanoseconds(seconds) : MAX_NANOSECONDS + 1n;
  const size = total < 0n ? -total : total;
  if (size > MAX_NANOSECONDS) {
    throw new ConfigError({
      code: 'invalid-duration',
      message: 'The number of seconds is not a duration: it must be finite and below 292 years.',
    });
  }
  const sign = total < 0n ? '-' : '';
  if (size === 0n) return '0s';
  if (size < NANOSECONDS.us) return `${sign}${size}ns`;
  if (size < NANOSECONDS.ms) return `${sign}${withFraction(size, NANOSECONDS.us)}µs`;
  if (size < NANOSECONDS.s) return `${sign}${withFraction(size, NANOSECONDS.ms)}ms`;
  const hours = size / NANOSECONDS.h;
  const minutes = (size % NANOSECONDS.h) / NANOSECONDS.m;
  const rest = withFraction(size % NANOSECONDS.m, NANOSECONDS.s);
  if (hours > 0n) return `${sign}${hours}h${minutes}m${rest}s`;
  return minutes > 0n ? `${sign}${minutes}m${rest}s` : `${sign}${rest}s`;
}

function toNanoseconds(seconds: number): bigint {
  // Whole seconds apart: the product with 1e9 would lose the last digits of a large number.
  const whole = Math.trunc(seconds);
  return BigInt(whole) * NANOSECONDS.s + BigInt(Math.round((seconds - whole) * 1e9));
}

function withFraction(value: bigint, unit: bigint): string {
  const rest = value % unit;
  if (rest === 0n) return `${value / unit}`;
  const digits = `${rest}`.padStart(`${unit}`.length - 1, '0').replace(/0+$/, '');
  return `${value / unit}.${digits}`;
}

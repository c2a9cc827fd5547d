import { ConfigError } from '../errors.js';

export { ConfigError, type ConfigErrorCode } from '../errors.js';

const NANOSECONDS = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n, // U+00B5, the micro sign
  μs: 1_000n, // U+03BC, the Greek letter
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  mo: 2_592_000_000_000_000n,
  y: 31_536_000_000_000_000n,
} as const;

type Unit = keyof typeof NANOSECONDS;

/** The largest count of nanoseconds in a signed 64-bit number: a little over 292 years. */
const MAX_NANOSECONDS = 2n ** 63n - 1n;

/** No sensible duration is longer; the bound keeps the big-number arithmetic small. */
const MAX_LENGTH = 256;

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
 */
export function parseDuration(text: string): number {
  const nanoseconds = tryNanoseconds(text);
  if (nanoseconds === undefined) {
    throw new ConfigError({
      code: 'invalid-duration',
      message: 'The text is not a duration: numbers with units are expected, such as 8h30m or 15m.',
    });
  }
  return Number(nanoseconds) / 1e9;
}

/**
 * Writes a duration the canonical way: `8h30m0s`, `15m0s`, `1.5s`, and below one second `300ms`,
 * `2µs` or `7ns`. Whatever it writes, {@link parseDuration} reads back to the same nanosecond.
 *
 * @param seconds - the duration in seconds; rounded to whole nanoseconds
 * @throws {@link ConfigError} `invalid-duration` when the number is not finite or beyond about 292 years
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

function tryNanoseconds(text: string): bigint | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  if (text === 'never') return 0n;
  const negative = text.startsWith('-');
  const start = negative || text.startsWith('+') ? 1 : 0;
  if (text.slice(start) === '0') return 0n;
  const part = /(\d*)(?:(\.)(\d*))?(ns|us|µs|μs|ms|mo|s|m|h|d|y)/y;
  part.lastIndex = start;
  let total = 0n;
  while (part.lastIndex < text.length) {
    const [, whole = '', , fraction = '', unit] = part.exec(text) ?? [];
    if (unit === undefined || whole + fraction === '') return undefined;
    total += scale(whole, fraction, NANOSECONDS[unit as Unit]); // The expression lists the same units.
    if (total > MAX_NANOSECONDS) return undefined;
  }
  if (text.length === start) return undefined;
  return negative ? -total : total;
}

function scale(whole: string, fraction: string, unit: bigint): bigint {
  const part = fraction === '' ? 0n : (BigInt(fraction) * unit) / 10n ** BigInt(fraction.length);
  return BigInt(whole === '' ? '0' : whole) * unit + part;
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

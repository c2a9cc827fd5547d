/** Nanoseconds of each unit. */
export const NANOSECONDS = {
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
export const MAX_NANOSECONDS = 2n ** 63n - 1n;

/** No sensible duration is longer; the bound keeps the big-number arithmetic small. */
const MAX_LENGTH = 256;

/** Reads a duration as a count of nanoseconds; undefined when the text is none. */
export function tryNanoseconds(text: string): bigint | undefined {
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

/** The same in seconds. */
export function tryParseDuration(text: string): number | undefined {
  const nanoseconds = tryNanoseconds(text);
  if (nanoseconds === undefined) return undefined;
  // Whole seconds apart: the quotient as one number would miss them by a millionth for large ones.
  return Number(nanoseconds / NANOSECONDS.s) + Number(nanoseconds % NANOSECONDS.s) / 1e9;
}

import { SigV4ProxyError } from '../errors.js';

/**
 * `YYYYMMDDTHHMMSSZ` of an instant.
 *
 * @param time a Date, seconds since 1970 (smithy's meaning of a number), or a text that `Date` reads
 * @throws SigV4ProxyError `invalid-option` when it is no instant
 */
export function formatAmzDate(time: Date | number | string): string {
  const date = typeof time === 'number' ? new Date(time * 1000) : new Date(time);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  // Years before 0 and after 9999 have a sign and six digits, which no signature can carry.
  if (iso.length !== 24) {
    throw new SigV4ProxyError(
      'invalid-option',
      'signingDate is not a date of the years 0 to 9999.',
    );
  }
  return `${iso.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

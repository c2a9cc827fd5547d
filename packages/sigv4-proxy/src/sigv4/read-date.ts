const AMZ_DATE = /^\d{8}T\d{6}Z$/;
const DAY = /^\d{8}$/;

/**
 * Milliseconds since 1970 of `YYYYMMDDTHHMMSSZ`; undefined when it is of another form or no real instant.
 *
 * @param text attacker-controlled
 */
export function parseAmzDate(text: string): number | undefined {
  if (!AMZ_DATE.test(text) || !isRealDay(text)) return undefined;
  const hour = Number(text.slice(9, 11));
  const minute = Number(text.slice(11, 13));
  const second = Number(text.slice(13, 15));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year(text), month(text) - 1, day(text), hour, minute, second);
}

/**
 * Whether text is `YYYYMMDD` of a day that exists.
 *
 * @param text attacker-controlled
 */
export function isScopeDate(text: string): boolean {
  return DAY.test(text) && isRealDay(text);
}

/**
 * Milliseconds since 1970 of an IMF-fixdate (RFC 9110 section 5.6.7), the only form of `Date` that is taken.
 *
 * @param text attacker-controlled
 */
export function parseHttpDate(text: string): number | undefined {
  const time = Date.parse(text);
  // The comparison refuses everything else that Date.parse would guess at.
  return Number.isNaN(time) || new Date(time).toUTCString() !== text ? undefined : time;
}

const year = (text: string) => Number(text.slice(0, 4));
const month = (text: string) => Number(text.slice(4, 6));
const day = (text: string) => Number(text.slice(6, 8));

function isRealDay(text: string): boolean {
  const m = month(text);
  const d = day(text);
  if (m < 1 || m > 12 || d < 1) return false;
  const y = year(text);
  if (m === 2) return d <= (y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28);
  return d <= (m === 4 || m === 6 || m === 9 || m === 11 ? 30 : 31);
}

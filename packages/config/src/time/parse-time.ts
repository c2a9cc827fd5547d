const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:[Zz]|([-+])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 time and gives it in UTC with `Z`; fractions keep their digits but for zeros at the end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 * @returns undefined when the text is no such time, or no time at all (a thirteenth month, a leap second)
 */
export function parseTime(text: string): string | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] =
    match;
  const part = (digits: string | undefined) => Number(digits ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(part(year), part(month) - 1, part(day));
  const isDay = date.getUTCMonth() === part(month) - 1 && date.getUTCDate() === part(day);
  const isTime = part(hour) < 24 && part(minute) < 60 && part(second) < 60;
  if (!isDay || !isTime || part(offsetHour) > 23 || part(offsetMinute) > 59) return undefined;
  const offset = (part(offsetHour) * 60 + part(offsetMinute)) * (sign === '-' ? -1 : 1);
  date.setUTCHours(part(hour), part(minute) - offset, part(second));
  const utcYear = date.getUTCFullYear();
  if (utcYear < 0 || utcYear > 9999) return undefined;
  return `${date.toISOString().slice(0, 19)}${fraction.replace(/\.?0+$/, '')}Z`;
}

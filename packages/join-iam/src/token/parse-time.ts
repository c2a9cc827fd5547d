const FORM =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,9})?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/;

/** Reads an RFC 3339 time. Undefined unless it names a real moment; February 31 does not become March. */
export function parseTime(text: string): Date | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(local).toISOString().slice(0, 19);
  if (back !== text.slice(0, 19).toUpperCase()) return undefined;
  const [, , , , , , , fraction = '', sign = '+', hours = '0', minutes = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return new Date(local + Math.floor(Number(`0${fraction}`) * 1000) - offset);
}

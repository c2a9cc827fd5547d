const FORM = /^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z$/;

/**
 * Reads `yyyymmddThhmmssZ`. Undefined unless it names a real moment: Date.UTC would turn February 31 into
 * March, so the parts are compared back.
 */
export function parseAmzDate(text: string): Date | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  return formatAmzDate(date) === text ? date : undefined;
}

/** `yyyymmddThhmmssZ`, whole seconds. The date must be valid. */
export function formatAmzDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

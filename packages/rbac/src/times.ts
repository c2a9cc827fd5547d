const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[-+]\d\d:\d\d)$/;

/**
 * An RFC 3339 time in milliseconds; not a number for any other text. `Date.parse` alone takes `1` for a year, and a time without a zone
 * for one of wherever it runs.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function timeOf(text: string): number {
  return RFC_3339.test(text) ? Date.parse(text.toUpperCase()) : Number.NaN;
}

/** A time so many milliseconds after another, as RFC 3339 text; undefined when there is no such time. */
export function timeText(from: Date, laterMs: number): string | undefined {
  const time = new Date(from.getTime() + laterMs);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

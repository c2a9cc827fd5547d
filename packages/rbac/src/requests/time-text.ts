/** A time so many milliseconds after another, as RFC 3339 text; undefined when there is no such time. */
export function timeText(from: Date, laterMs: number): string | undefined {
  const time = new Date(from.getTime() + laterMs);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

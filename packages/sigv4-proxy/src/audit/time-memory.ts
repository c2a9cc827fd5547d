/** The last instant that was written: in a busy proxy many requests begin within one millisecond. */
export class TimeMemory {
  #time = Number.NaN;
  #text = '';

  /** ISO 8601 in UTC with milliseconds, as `toISOString` gives it. */
  format(date: Date): string {
    const time = date.getTime();
    if (time !== this.#time) {
      this.#text = date.toISOString();
      this.#time = time;
    }
    return this.#text;
  }
}

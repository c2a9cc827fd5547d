import { formatAmzDate, parseAmzDate } from './amz-date.js';

/** The last timestamps that were written and read; within a second they are all the same. */
export class DateMemory {
  #date = Number.NaN;
  #dateText = '';
  #timeText = '';
  #time: number | undefined;

  /** `YYYYMMDDTHHMMSSZ` of a signing date, as `formatAmzDate` gives it. */
  format(date: Date | number | string): string {
    const time = date instanceof Date ? date.getTime() : Number.NaN;
    if (time !== this.#date) {
      this.#dateText = formatAmzDate(date);
      this.#date = time;
    }
    return this.#dateText;
  }

  /** Milliseconds since 1970 of `YYYYMMDDTHHMMSSZ`, as `parseAmzDate` gives them. */
  parse(timestamp: string): number | undefined {
    if (timestamp !== this.#timeText) {
      this.#time = parseAmzDate(timestamp);
      this.#timeText = timestamp;
    }
    return this.#time;
  }
}

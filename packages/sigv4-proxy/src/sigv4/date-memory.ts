import { formatAmzDate } from './amz-date.js';

/** The last timestamp that was written; within a second they are all the same. */
export class DateMemory {
  #date = Number.NaN;
  #text = '';

  /** `YYYYMMDDTHHMMSSZ` of a signing date, as `formatAmzDate` gives it. */
  format(date: Date | number | string): string {
    const time = date instanceof Date ? date.getTime() : Number.NaN;
    if (time !== this.#date) {
      this.#text = formatAmzDate(date);
      this.#date = time;
    }
    return this.#text;
  }
}

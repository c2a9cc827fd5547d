import { formatAmzDate } from './amz-date.js';

/** The last timestamp that was written; within a second they are all the same. */
export class DateMemory {
  #second = Number.NaN;
  #text = '';

  /** `YYYYMMDDTHHMMSSZ` of a signing date, as `formatAmzDate` gives it. */
  format(date: Date | number | string): string {
    const second = date instanceof Date ? Math.floor(date.getTime() / 1000) : Number.NaN;
    if (second !== this.#second) {
      this.#text = formatAmzDate(date);
      this.#second = second;
    }
    return this.#text;
  }
}

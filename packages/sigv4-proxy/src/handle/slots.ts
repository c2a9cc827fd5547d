import { SigV4ProxyError } from '../errors.js';

/** Counts what there is at a time, per key, and refuses more than a limit. */
export class Slots {
  readonly #limit: number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /** @param what for messages: "requests of one session are running" */
  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  /**
   * Takes slots.
   *
   * @throws SigV4ProxyError `upstream` when so many are not free; clients try again then
   */
  take(key: string, count = 1): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken + count > this.#limit) {
      throw new SigV4ProxyError('upstream', `More than ${this.#limit} ${this.#what}: try again.`);
    }
    this.#taken.set(key, taken + count);
  }

  /** Gives slots back. */
  free(key: string, count = 1): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken > count) this.#taken.set(key, taken - count);
    else this.#taken.delete(key);
  }
}

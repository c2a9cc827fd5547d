import { SigV4ProxyError } from '../errors.js';

/** Counts what runs at a time, per key, and refuses more than a limit. */
export class Slots {
  readonly #limit: number;
  readonly #what: string;
  readonly #taken = new Map<string, number>();

  /** @param what for messages: "requests of one session" */
  constructor(limit: number, what: string) {
    this.#limit = limit;
    this.#what = what;
  }

  /**
   * Takes a slot.
   *
   * @throws SigV4ProxyError `upstream` when none is free; clients try again then
   */
  take(key: string): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#limit) {
      throw new SigV4ProxyError(
        'upstream',
        `More than ${this.#limit} ${this.#what} are running: try again.`,
      );
    }
    this.#taken.set(key, taken + 1);
  }

  /** Gives a slot back. */
  free(key: string): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken > 1) this.#taken.set(key, taken - 1);
    else this.#taken.delete(key);
  }
}

/** Bites when something that is expected does not happen in time. */
export class Watchdog {
  readonly #bite: (ms: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  /** @param bite gets the milliseconds that passed in vain */
  constructor(bite: (ms: number) => void) {
    this.#bite = bite;
  }

  /** Something is expected within so many milliseconds from now; what was expected before does not count any more. */
  expect(ms: number): void {
    this.rest();
    if (!this.#stopped) this.#timer = setTimeout(() => this.#bite(ms), ms);
  }

  /** Nothing is expected for now. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Nothing is expected ever again. */
  stop(): void {
    this.#stopped = true;
    this.rest();
  }
}

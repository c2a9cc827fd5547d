/** A late one is noticed after at most this part of the limit. */
const TICKS = 8;

/** Something that must not take longer than a limit. It waits in one list at a time, and belongs to none at first. */
export interface Timed {
  list: TimeoutList | undefined;
  /** Neighbours in the list, and when it came there. */
  before: Timed | undefined;
  after: Timed | undefined;
  tick: number;
  /** The limit has passed. It waits no more, unless it is added again. */
  onTimeout(ms: number): void;
}

/**
 * Timeouts of one length. What waits is a list in the order of the ends, and one timer looks at its beginning from time to time: to
 * wait and to stop waiting costs a few assignments, where a timer of its own would cost as much as a small part of a request.
 */
export class TimeoutList {
  readonly #ms: number;
  #first: Timed | undefined;
  #last: Timed | undefined;
  #tick = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms the limit; it is noticed at most an eighth later */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Begins to wait, or begins anew. */
  add(one: Timed): void {
    one.list?.remove(one);
    one.list = this;
    one.tick = this.#tick;
    one.before = this.#last;
    if (this.#last === undefined) this.#first = one;
    else this.#last.after = one;
    this.#last = one;
    if (this.#timer === undefined) this.#wait();
  }

  /** Waits no more. */
  remove(one: Timed): void {
    if (one.list !== this) return;
    const { before, after } = one;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    one.before = undefined;
    one.after = undefined;
    one.list = undefined;
  }

  #wait(): void {
    // Never early: Node cuts fractions of a millisecond off. Whoever waits has a connection that keeps the process going; without one
    // it may end, as it may while any promise is open.
    this.#timer = setTimeout(this.#look, Math.ceil(this.#ms / TICKS)).unref();
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    this.#tick += 1;
    const late = this.#tick - TICKS;
    while (this.#first !== undefined && this.#first.tick < late) {
      const one = this.#first;
      this.remove(one);
      one.onTimeout(this.#ms);
    }
    if (this.#first !== undefined && this.#timer === undefined) this.#wait();
  };
}

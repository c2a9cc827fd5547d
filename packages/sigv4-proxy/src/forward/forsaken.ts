/** A request whose client has left, and only its connection still wants the answer. */
export interface Leaver {
  /** Ends it, and the connection with it. */
  cut(): void;
}

/**
 * The requests of one pool whose clients have left. A short answer is soon there, and waiting for it spares the connection: to open
 * another one costs as much as many requests, and clients leave in crowds. But nobody who has a client waits for them.
 */
export class Forsaken {
  readonly #most: number;
  readonly #running = new Set<Leaver>();

  /** @param most more would be a way round the limit of requests that run at a time */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns false when there are enough of them */
  add(one: Leaver): boolean {
    if (this.#running.size >= this.#most) return false;
    this.#running.add(one);
    return true;
  }

  /** It has ended. */
  remove(one: Leaver): void {
    this.#running.delete(one);
  }

  /** Makes room for a request that would have to wait. */
  cutOldest(): void {
    for (const oldest of this.#running) {
      this.#running.delete(oldest);
      oldest.cut();
      return;
    }
  }
}

/** Who is told of a body on its way out. */
interface Watcher {
  /** A piece has come, or has gone: whoever waited for that waits for something else from now on. */
  onMove(): void;
}

/** A body that streams, on its way out. Its own failure is kept apart from failures of the connection. */
export class SentBody {
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #watcher: Watcher;
  /** Whether the client is to send more of it, which is no fault of AWS. */
  asksClient = true;
  error: unknown;

  constructor(body: AsyncIterable<Uint8Array>, watcher: Watcher) {
    this.#body = body;
    this.#watcher = watcher;
  }

  /** To be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of this.#body) {
        this.#move(false);
        yield piece;
        this.#move(true);
      }
      this.#move(false);
    } catch (error) {
      this.error = error;
      throw error;
    }
  }

  #move(asksClient: boolean): void {
    this.asksClient = asksClient;
    this.#watcher.onMove();
  }
}

type Pieces = AsyncIterable<Uint8Array>;

/** The body of a request on its way out. Its own failure is kept apart from failures of the connection. */
export class SentBody {
  readonly #body: Uint8Array | Pieces | undefined;
  readonly #onMove: () => void;
  /** Whether the client is to send more of it, which is no fault of AWS. */
  asksClient = false;
  error: unknown;

  /** @param onMove a piece has come, or has gone: whoever waited for that waits for something else from now on */
  constructor(body: Uint8Array | Pieces | undefined, onMove: () => void) {
    this.#body = body;
    this.#onMove = onMove;
  }

  /** Whether it is in hand, all of it. */
  get isWhole(): boolean {
    return this.#body === undefined || this.#body instanceof Uint8Array;
  }

  /** As undici takes it. */
  get content(): Uint8Array | Pieces | null {
    const body = this.#body;
    return body === undefined || body instanceof Uint8Array ? (body ?? null) : this.#watched(body);
  }

  async *#watched(body: Pieces): AsyncGenerator<Uint8Array> {
    try {
      this.asksClient = true;
      for await (const piece of body) {
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
    this.#onMove();
  }
}

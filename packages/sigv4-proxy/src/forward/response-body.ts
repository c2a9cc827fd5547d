import { Readable } from 'node:stream';

/** A response body that pauses the connection while nobody reads, and cuts it when the reader leaves. */
export class ResponseBody extends Readable {
  readonly #resume: () => void;
  readonly #abort: (reason: Error) => void;

  constructor(resume: () => void, abort: (reason: Error) => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#resume = resume;
    this.#abort = abort;
  }

  override _read(): void {
    this.#resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.readableEnded) this.#abort(error ?? new Error('The reader left.'));
    callback(error);
  }
}

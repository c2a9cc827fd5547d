import type { IncomingMessage } from 'node:http';
import { SigV4ProxyError } from '../errors.js';

type Step = IteratorResult<Uint8Array, undefined>;

/**
 * The body of a `node:http` request, read by pulling: nothing is read before the first pull, and a reader that stops early
 * leaves the connection alone, so that an answer can still be sent. It gives up when the client stands still.
 */
export class RequestBody implements AsyncIterableIterator<Uint8Array> {
  readonly #request: IncomingMessage;
  readonly #idleMs: number;
  #waiting: { resolve: (step: Step) => void; reject: (error: Error) => void } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #ended = false;
  #listening = false;
  #touched = false;

  constructor(request: IncomingMessage, idleMs: number) {
    this.#request = request;
    this.#idleMs = idleMs;
  }

  /** Whether any of the body has been asked for. */
  get touched(): boolean {
    return this.#touched;
  }

  /** The whole body, when just so many bytes of it are there; undefined otherwise, and then nothing has been taken. */
  takeWhole(length: number): Uint8Array | undefined {
    const request = this.#request;
    if (this.#touched || request.destroyed || request.readableLength !== length) return undefined;
    if (length === 0) return undefined;
    this.#touched = true;
    const whole: Uint8Array | null = request.read();
    return whole ?? undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    if (!this.#listening) this.#listen();
    const chunk: Uint8Array | null = this.#request.read();
    if (chunk !== null) return Promise.resolve({ done: false, value: chunk });
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#timer === undefined) {
        this.#timer = setTimeout(() => this.#fail(stalled(this.#idleMs)), this.#idleMs);
      } else this.#timer.refresh();
    });
  }

  return(): Promise<Step> {
    this.#release();
    return Promise.resolve({ done: true, value: undefined });
  }

  #listen(): void {
    this.#listening = true;
    this.#touched = true;
    const request = this.#request;
    if (request.readableEnded) this.#ended = true;
    else if (request.destroyed) this.#failure = gone();
    request.on('readable', this.#onReadable);
    request.on('end', this.#onEnd);
    request.on('error', this.#onGone);
    request.on('close', this.#onGone);
  }

  readonly #onReadable = (): void => {
    if (this.#waiting === undefined) return;
    const chunk: Uint8Array | null = this.#request.read();
    if (chunk === null) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    this.#timer?.refresh();
    resolve({ done: false, value: chunk });
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#release();
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
  };

  readonly #onGone = (cause?: Error): void => {
    if (!this.#ended) this.#fail(gone(cause));
  };

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#release();
    this.#waiting?.reject(this.#failure);
    this.#waiting = undefined;
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#request.off('readable', this.#onReadable);
    this.#request.off('end', this.#onEnd);
    this.#request.off('close', this.#onGone);
  }
}

function stalled(ms: number): SigV4ProxyError {
  return new SigV4ProxyError(
    'truncated',
    `The request body stood still for ${ms} ms before its end: send it again.`,
  );
}

function gone(cause?: Error): SigV4ProxyError {
  return new SigV4ProxyError('truncated', 'The client left before the end of the request body.', {
    cause,
  });
}

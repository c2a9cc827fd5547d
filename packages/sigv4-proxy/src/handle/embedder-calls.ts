import type { AbortLike } from '../abort-like.js';
import { abortReason } from '../forward/abort-reason.js';
import { type Timed, TimeoutList } from '../timeout-list.js';
import type { RequestRecord } from './request-record.js';

/** One of the embedder's functions: what it means when it is silent for too long, or fails. */
export interface EmbedderCall {
  late(ms: number): Error;
  /** Default: the failure as it is. */
  failed?(error: unknown, record: RequestRecord): Error | Promise<Error>;
}

/**
 * Sees to it that a request does not wait for the embedder's functions longer than a limit, and no longer than its client does: a
 * function that hangs must not keep the slots of requests that nobody waits for.
 */
export class EmbedderCalls {
  readonly #running: TimeoutList;

  /** @param ms how long each call may take */
  constructor(ms: number) {
    this.#running = new TimeoutList(ms);
  }

  /**
   * Carries out the work of one request, or as much of it as there is when a call is given up.
   *
   * @param work calls `begin` of the guard before each call of the embedder and `end` after it
   * @param signal of the client; nothing else may listen to it during a call
   * @throws what the work throws, `upstream` when the client has left, and the errors for late and failed calls
   */
  guard<T>(
    record: RequestRecord,
    signal: AbortLike | undefined,
    work: (guard: CallGuard) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const guard = new CallGuard(this.#running, signal, reject);
      work(guard).then(resolve, (error: unknown) => {
        const call = guard.stop();
        if (call?.failed === undefined) reject(error);
        else Promise.resolve(call.failed(error, record)).then(reject, reject);
      });
    });
  }
}

/** The calls of one request, one after the other. */
export class CallGuard implements Timed {
  list: TimeoutList | undefined;
  before: Timed | undefined;
  after: Timed | undefined;
  tick = 0;
  readonly #running: TimeoutList;
  readonly #signal: AbortLike | undefined;
  readonly #fail: (error: unknown) => void;
  #call: EmbedderCall | undefined;
  #error: Error | undefined;

  constructor(running: TimeoutList, signal: AbortLike | undefined, fail: (error: unknown) => void) {
    this.#running = running;
    this.#signal = signal;
    this.#fail = fail;
  }

  /** A call begins. */
  begin(call: EmbedderCall): void {
    this.#call = call;
    this.#running.add(this);
    const signal = this.#signal;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  /**
   * The call has ended well.
   *
   * @throws the error it was given up with: the request is over, and must not go on
   */
  end(): void {
    this.stop();
    if (this.#error !== undefined) throw this.#error;
  }

  /**
   * No call runs any more.
   *
   * @returns the one that ran
   */
  stop(): EmbedderCall | undefined {
    const call = this.#call;
    this.#call = undefined;
    this.#running.remove(this);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return call;
  }

  onTimeout(ms: number): void {
    if (this.#call !== undefined) this.#giveUp(this.#call.late(ms));
  }

  readonly #onAbort = (): void => this.#giveUp(abortReason(this.#signal));

  #giveUp(error: Error): void {
    this.#error ??= error;
    this.stop();
    this.#fail(this.#error);
  }
}

import type { AbortLike } from '../abort-like.js';
import { abortReason } from '../forward/abort-reason.js';

interface Call {
  isOver: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  readonly onLate: () => void;
}

/**
 * Waits for what the embedder's functions promise, no longer than a limit and no longer than the client does: a function that
 * hangs must not keep the slots of requests that nobody waits for. Most promises are kept at once, so a timer is made only for
 * those that are still open a turn of the event loop later.
 */
export class EmbedderCalls {
  readonly #ms: number;
  #fresh: Call[] = [];

  /** @param ms how long each of them may take */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /**
   * @param work what was promised
   * @param signal of the client; nothing else may listen to it meanwhile
   * @param late makes the error for when the time is over, from the milliseconds
   * @throws what the work throws, `upstream` when the client has left, and the error of `late`
   */
  wait<T>(
    work: PromiseLike<T>,
    signal: AbortLike | undefined,
    late: (ms: number) => Error,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        call.isOver = true;
        if (call.timer !== undefined) clearTimeout(call.timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown): void => {
        if (call.isOver) return;
        end();
        reject(error);
      };
      const onAbort = (): void => fail(abortReason(signal));
      const call: Call = {
        isOver: false,
        timer: undefined,
        onLate: () => fail(late(this.#ms)),
      };
      // Functions of plain JavaScript may give the value itself.
      Promise.resolve(work).then((value) => {
        if (call.isOver) return;
        end();
        resolve(value);
      }, fail);
      if (signal?.aborted === true) onAbort();
      else signal?.addEventListener('abort', onAbort);
      if (this.#fresh.push(call) === 1) setImmediate(this.#arm);
    });
  }

  readonly #arm = (): void => {
    const calls = this.#fresh;
    this.#fresh = [];
    for (const call of calls) {
      if (!call.isOver) call.timer = setTimeout(call.onLate, this.#ms);
    }
  };
}

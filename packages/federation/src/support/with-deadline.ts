import { FederationError } from '../errors.js';

/** Time limit and abort of one piece of work. */
export interface Deadline {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Makes the error of a timeout. */
  onTimeout(): FederationError;
}

/** Timers of the platform take no more: a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A time limit in milliseconds. @throws FederationError `invalid-argument` */
export function checkTimeoutMs(milliseconds: number): number {
  if (milliseconds >= 1 && milliseconds <= LONGEST_TIMEOUT_MS) return milliseconds;
  throw new FederationError({
    code: 'invalid-argument',
    message: `The option timeoutMs must be a number from 1 to ${LONGEST_TIMEOUT_MS}.`,
  });
}

/**
 * Runs work that may hang. It settles at the time limit or when the caller aborts even if the work ignores its
 * signal; what the work does afterwards is dropped.
 *
 * @throws {@link FederationError} `aborted` on the caller's signal (its reason is not passed on: it may hold anything)
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  deadline: Deadline,
): Promise<T> {
  const { signal } = deadline;
  if (signal?.aborted) throw abortedError();
  const controller = new AbortController();
  let onAbort: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadline.onTimeout()), deadline.timeoutMs);
    onAbort = () => reject(abortedError());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(controller.signal), limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
    controller.abort();
  }
}

/** Waits for a promise that others share: the abort of one waiter leaves the work alone. */
export async function waitFor<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return shared;
  if (signal.aborted) throw abortedError();
  let onAbort: (() => void) | undefined;
  const abort = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortedError());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([shared, abort]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

/** The error of a call whose caller gave up. */
export function abortedError(): FederationError {
  return new FederationError({ code: 'aborted', message: 'The caller aborted the call.' });
}

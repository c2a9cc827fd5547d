import { JoinIamError } from '../../errors.js';

/**
 * The error for what a signal ended: a deadline that passed, or a caller that gave up.
 *
 * @param ofCaller - the caller's own signal, which may be a deadline too. Default: not known
 */
export function toAbortError(signal: AbortSignal, ofCaller?: AbortSignal): JoinIamError {
  const cause: unknown = signal.reason;
  const isTimeout = cause instanceof DOMException && cause.name === 'TimeoutError';
  return isTimeout && !ofCaller?.aborted
    ? new JoinIamError('sts-timeout', { message: 'The join was not completed in time.', cause })
    : new JoinIamError('aborted', { message: 'The attempt was given up.', cause });
}

/**
 * Waits for work that may have forgotten the signal, but not beyond it. What the work comes to later is ignored.
 *
 * @throws the reason of the signal, or whatever the work rejects with
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

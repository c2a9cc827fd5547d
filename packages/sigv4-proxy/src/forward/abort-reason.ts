import type { AbortLike } from '../abort-like.js';
import { SigV4ProxyError } from '../errors.js';

/** The error for a request that its client gave up. */
export function abortReason(signal: AbortLike | undefined): Error {
  const cause: unknown = signal?.reason;
  if (cause instanceof SigV4ProxyError) return cause;
  return new SigV4ProxyError('upstream', 'The client left before it had its answer.', { cause });
}

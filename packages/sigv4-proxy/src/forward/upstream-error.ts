import { SigV4ProxyError } from '../errors.js';

/** Wraps a failure on the way to AWS; the cause says which. */
export function upstreamError(host: string, cause: unknown): SigV4ProxyError {
  return new SigV4ProxyError('upstream', `The request to ${host} failed on the way: try again.`, {
    cause,
  });
}

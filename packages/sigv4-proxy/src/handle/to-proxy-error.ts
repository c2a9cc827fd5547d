import { SigV4ProxyError } from '../errors.js';

/** Makes any failure one of ours. What is not ours is a fault of this process; the client learns no more than that. */
export function toProxyError(error: unknown): SigV4ProxyError {
  if (error instanceof SigV4ProxyError) return error;
  return new SigV4ProxyError('internal', 'The proxy failed to handle the request.', {
    cause: error,
  });
}

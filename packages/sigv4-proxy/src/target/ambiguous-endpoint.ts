import { SigV4ProxyError } from '../errors.js';

/**
 * The error for requests that do not tell their host.
 *
 * @param problem what is missing, as a clause
 */
export function ambiguousEndpoint(problem: string): SigV4ProxyError {
  return new SigV4ProxyError(
    'ambiguous-endpoint',
    `The AWS endpoint cannot be told from the request: ${problem}; use HTTPS_PROXY mode, where the client names the host.`,
  );
}

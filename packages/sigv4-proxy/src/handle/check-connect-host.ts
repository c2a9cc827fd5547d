import { SigV4ProxyError } from '../errors.js';
import { validateAwsHost } from '../target/validate-aws-host.js';

/**
 * The host of a request that carries no scope to compare with: an AWS API host, and the one the tunnel was opened for.
 *
 * @throws SigV4ProxyError `host-mismatch`, the codes of `validateAwsHost`
 */
export function checkConnectHost(
  request: {
    readonly connectTarget?: string | undefined;
    readonly serverName?: string | undefined;
  },
  hostHeader: string,
): string {
  const host = validateAwsHost(hostHeader);
  const target = request.connectTarget ?? '';
  const named = target.slice(0, target.lastIndexOf(':')).toLowerCase();
  const bare = host.replace(/:\d+$/, '');
  if (named !== bare || (request.serverName ?? bare).toLowerCase() !== bare) {
    throw new SigV4ProxyError('host-mismatch', 'The Host header is not the host of the tunnel.');
  }
  return host;
}

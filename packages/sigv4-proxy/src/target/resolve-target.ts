import { SigV4ProxyError } from '../errors.js';
import type { HeaderList } from '../request.js';
import { parseHostName } from './host-name.js';
import { resolveByHost } from './resolve-by-host.js';
import { resolveByScope } from './resolve-by-scope.js';
import type { Target, TargetOptions, TargetQuery } from './target-options.js';

/**
 * Finds where a verified request goes and what it is signed for. In modes `connect` and `forwarded` the host decides and must
 * agree with the credential scope; in mode `endpoint-url` the scope decides, with target, path and the name in front of the
 * listener's. The host that comes out lies in the partition of the scope's region, whatever came in.
 *
 * @param query the request; its signature has been verified, everything in it is still the client's choice
 * @param options listener, switches and overrides
 * @throws {@link SigV4ProxyError} one of the codes of kind `endpoint`
 *
 * @example
 * ```ts
 * const target = resolveTarget({
 *   mode: 'endpoint-url',
 *   host: 'localhost:8443',
 *   scope: { region: 'eu-west-1', service: 'sqs' },
 *   method: 'POST',
 *   path: '/',
 * }); // where the request goes, whatever name the client dialled
 * ```
 */
export function resolveTarget(query: TargetQuery, options: TargetOptions = {}): Target {
  const forwarded = forwardedHosts(query.headers ?? []);
  if (query.mode === 'forwarded') {
    return resolveByHost(trustedHost(forwarded, options), query, options);
  }
  if (forwarded.length > 0 && options.strictForwardedHeaders) {
    throw new SigV4ProxyError(
      'not-allowed',
      'X-Forwarded-Host is only allowed from a hop in front that has proved itself; take the header out.',
    );
  }
  if (query.mode === 'endpoint-url') return resolveByScope(query, options);
  checkConnectTarget(query);
  return resolveByHost(query.host, query, options);
}

function forwardedHosts(headers: HeaderList): readonly string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'x-forwarded-host')
    .map(([, value]) => value.trim());
}

function trustedHost(forwarded: readonly string[], options: TargetOptions): string {
  if (!options.trustForwardedHost) {
    throw new SigV4ProxyError(
      'not-allowed',
      'Mode forwarded needs trustForwardedHost, and a hop in front that has proved itself.',
    );
  }
  const [host] = forwarded;
  if (host === undefined || host === '') {
    throw new SigV4ProxyError(
      'missing-forwarded-host',
      'The hop in front did not pass the host of the request in X-Forwarded-Host.',
    );
  }
  if (forwarded.length > 1 || host.includes(',')) {
    throw new SigV4ProxyError(
      'bad-host',
      'X-Forwarded-Host holds more than one host; the hop in front has to send exactly one.',
    );
  }
  return host;
}

/** The tunnel, its TLS server name and the Host header must name the same host: the first two were what policy saw. */
function checkConnectTarget(query: TargetQuery): void {
  const { name, port } = parseHostName(query.host);
  if (query.connectTarget !== undefined) {
    const tunnel = parseHostName(query.connectTarget);
    if (tunnel.name !== name || (port ?? '443') !== (tunnel.port ?? '443')) throw mismatch();
  }
  if (query.serverName && query.serverName.toLowerCase() !== name) throw mismatch();
}

function mismatch(): SigV4ProxyError {
  return new SigV4ProxyError(
    'host-mismatch',
    'The Host header names another host than the CONNECT tunnel or its TLS server name.',
  );
}

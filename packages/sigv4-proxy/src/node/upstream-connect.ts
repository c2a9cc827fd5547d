import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { SigV4ProxyError } from '../errors.js';
import type { ConnectUpstream } from '../forward/upstream.js';

/**
 * A `connect` hook that reaches every AWS host at one address: a stand-in on loopback, or a forwarder. With an `https:` URL the
 * connection is TLS and its certificate must carry the AWS host's name; with `http:` requests travel in the clear.
 *
 * @param url `http://host:port` or `https://host:port`
 * @param o `ca`: roots to trust for `https:`, PEM. Default: the system's
 * @throws SigV4ProxyError `invalid-option` for any other URL
 *
 * @example
 * ```ts
 * const connect = createUpstreamConnect('http://127.0.0.1:4566'); // for the connect option of createSigV4Proxy
 * ```
 */
export function createUpstreamConnect(
  url: string,
  o: { readonly ca?: string | readonly string[] | undefined } = {},
): ConnectUpstream {
  const to = URL.canParse(url) ? new URL(url) : undefined;
  if (to === undefined || (to.protocol !== 'http:' && to.protocol !== 'https:')) {
    throw new SigV4ProxyError(
      'invalid-option',
      'The upstream address must have the form http://host:port or https://host:port.',
    );
  }
  const secure = to.protocol === 'https:';
  const host = to.hostname.replace(/^\[|\]$/g, '');
  const port = to.port === '' ? (secure ? 443 : 80) : Number(to.port);
  const ca = o.ca === undefined ? undefined : [o.ca].flat();
  return (target) =>
    new Promise<Duplex>((resolve, reject) => {
      const socket = secure
        ? tlsConnect({ host, port, servername: target.host, ...(ca === undefined ? {} : { ca }) })
        : connect({ host, port });
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
}

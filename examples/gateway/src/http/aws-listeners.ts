import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SigV4Proxy } from '@postern/sigv4-proxy';
import { createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createConnectListener, createRequestListener } from '@postern/sigv4-proxy/node';
import { GatewayError } from '../gateway-error.js';

/** Uploads may take long; only heads are timed. Signatures and session tokens need room. */
const OPTIONS = {
  maxHeaderSize: 256 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  requireHostHeader: false,
};

/** Where they listen. */
export interface AwsListenerOptions {
  readonly clock: () => Date;
  readonly host: string;
  readonly proxyPort: number;
  readonly endpointPort: number;
  /** What clients name in Host, where something stands in front of the endpoint-URL listener. */
  readonly endpointAddress?: string | undefined;
}

/**
 * The two listeners that AWS tools talk to, and the certificate authority that vouches for them.
 *
 * @param own names of the endpoint-URL listener besides those of loopback
 */
export async function createAwsListeners(
  proxy: SigV4Proxy,
  own: readonly string[],
  o: AwsListenerOptions,
) {
  const { host, clock } = o;
  const names = ['localhost', '127.0.0.1', '[::1]', ...own];
  const ca = await createLocalCa({ localNames: ['localhost', ...own], clock });
  const certificateOf = async (name: string) => {
    const { certificate: cert, privateKey: key } = await ca.issue(name);
    return { cert, key, minVersion: 'TLSv1.2' } as const;
  };
  const endpoint = createTlsServer({
    ...OPTIONS,
    ...(await certificateOf('localhost')),
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: 15_000,
    SNICallback(name, done) {
      // A name that the authority must not vouch for gets the first certificate, which clients refuse.
      certificateOf(name.toLowerCase()).then(
        (certificate) => done(null, createSecureContext(certificate)),
        () => done(null),
      );
    },
  });
  const told = o.endpointAddress === undefined ? undefined : new URL(o.endpointAddress);
  const port = told && Number(told.port || 443);
  const listener = createRequestListener(proxy, { names, port });
  endpoint.on('request', listener).on('checkContinue', listener.checkContinue);
  endpoint.on('checkExpectation', listener);
  const stop = ca.onChange?.(async () => {
    endpoint.setSecureContext(await certificateOf('localhost'));
  });
  const endpointPort = await listen(endpoint, o.endpointPort, host, '--endpoint-port');
  const ownListener = { names, port: port ?? endpointPort };
  const connect = createConnectListener(proxy, { ca, listener: ownListener });
  const tunnels = createServer(OPTIONS);
  connect.attach(tunnels);
  const proxyPort = await listen(tunnels, o.proxyPort, host, '--proxy-port');
  return {
    endpointPort,
    proxyPort,
    /** What clients have to trust, PEM. */
    trustedCertificates: () => ca.trustedCertificates(),
    close() {
      stop?.();
      connect.destroyHandshakes();
      for (const server of [endpoint, tunnels]) server.close();
    },
    /** Cuts what is still open. */
    destroy() {
      connect.destroyTunnels();
      for (const server of [endpoint, tunnels]) server.closeAllConnections();
    },
  };
}

/** @throws GatewayError `unavailable` naming the option that gives another port */
export function listen(server: Server, port: number, host: string, option: string) {
  return new Promise<number>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why =
        code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`;
      const fix = `give ${option} another port, or 0 for any free one`;
      reject(new GatewayError('unavailable', `${host}:${port} ${why}: ${fix}.`));
    });
    // A TCP server has an address object; text is for pipes.
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

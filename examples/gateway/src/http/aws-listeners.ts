import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { SigV4Proxy } from '@postern/sigv4-proxy';
import { type CertificateAuthority, createLocalCa } from '@postern/sigv4-proxy/local-ca';
import { createConnectListener, createRequestListener } from '@postern/sigv4-proxy/node';
import { GatewayError } from '../gateway-error.js';

/** The two listeners that AWS tools talk to. */
export interface AwsListeners {
  readonly proxyPort: number;
  readonly endpointPort: number;
  close(): void;
  /** Cuts what is still open. */
  destroy(): void;
}

/** Uploads may take long; only heads are timed. Signatures and session tokens need room. */
const OPTIONS = {
  maxHeaderSize: 256 * 1024,
  headersTimeout: 15_000,
  requestTimeout: 0,
  keepAliveTimeout: 75_000,
  requireHostHeader: false,
};

/**
 * @param names of the endpoint-URL listener besides those of loopback
 * @param endpointAddress what clients name in Host, where something stands in front of the listener
 */
export async function createAwsListeners(o: {
  readonly proxy: SigV4Proxy;
  readonly ca: CertificateAuthority;
  readonly host: string;
  readonly names: readonly string[];
  readonly proxyPort: number;
  readonly endpointPort: number;
  readonly endpointAddress?: string | undefined;
}): Promise<AwsListeners> {
  const { proxy, ca, host } = o;
  const names = ['localhost', '127.0.0.1', '[::1]', ...o.names];
  const contextOf = async (name: string) => {
    const { certificate: cert, privateKey: key } = await ca.issue(name);
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
  };
  const first = await ca.issue('localhost');
  const endpoint = createTlsServer({
    ...OPTIONS,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: 15_000,
    cert: first.certificate,
    key: first.privateKey,
    SNICallback(name, done) {
      // A name that the authority must not vouch for gets the first certificate, which clients refuse.
      contextOf(name.toLowerCase()).then(
        (context) => done(null, context),
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
    const { certificate: cert, privateKey: key } = await ca.issue('localhost');
    endpoint.setSecureContext({ cert, key });
  });
  const endpointPort = await listen(endpoint, o.endpointPort, host, '--endpoint-port');
  const connect = createConnectListener(proxy, {
    ca,
    listener: { names, port: port ?? endpointPort },
  });
  const tunnels = createServer(OPTIONS);
  connect.attach(tunnels);
  const proxyPort = await listen(tunnels, o.proxyPort, host, '--proxy-port');
  return {
    endpointPort,
    proxyPort,
    close() {
      stop?.();
      connect.destroyHandshakes();
      for (const server of [endpoint, tunnels]) server.close();
    },
    destroy() {
      connect.destroyTunnels();
      for (const server of [endpoint, tunnels]) server.closeAllConnections();
    },
  };
}

/** @throws GatewayError `unavailable` naming the option that gives another port */
export function listen(
  server: Server,
  port: number,
  host: string,
  option: string,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program'
          : `cannot be used (${error.code})`;
      const fix = `give ${option} another port, or 0 for any free one`;
      reject(new GatewayError('unavailable', `${host}:${port} ${why}: ${fix}.`));
    });
    // A TCP server has an address object; text is for pipes.
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** @param names as of {@link createAwsListeners} */
export const createGatewayCa = (
  names: readonly string[],
  clock: () => Date,
): Promise<CertificateAuthority> => createLocalCa({ localNames: ['localhost', ...names], clock });

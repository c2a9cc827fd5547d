import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SigV4ProxyError } from '../errors.js';
import type { SigV4Proxy } from '../proxy.js';
import { wholeNumber } from '../whole-number.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { type CloseServerOptions, closableServer } from './close-server.js';
import { type ConnectListenerOptions, createConnectListener } from './connect-listener.js';
import { answerParseErrors } from './parse-error.js';
import { createRequestListener, LOCAL_NAMES } from './request-listener.js';
import { HEADER_TIMEOUT_MS, serverOptions } from './server-options.js';

/** Options of {@link createLocalProxy}. */
export interface LocalProxyOptions
  extends Omit<ConnectListenerOptions, 'headerTimeoutMs' | 'listener'> {
  /** From `createSigV4Proxy`. */
  readonly proxy: SigV4Proxy;
  /** Port of the endpoint-URL listener; 0 picks a free one, false leaves it out. Default 0. */
  readonly endpointPort?: number | false | undefined;
  /** Port of the HTTPS_PROXY listener; 0 picks a free one, false leaves it out. Default 0. */
  readonly connectPort?: number | false | undefined;
  /** The loopback address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Whether the endpoint-URL listener speaks TLS. Without it clients must hash every body. Default true. */
  readonly endpointTls?: boolean | undefined;
  /** Milliseconds a client may take for the head of a request or for its TLS handshake. Default 15,000. */
  readonly headerTimeoutMs?: number | undefined;
}

/** Running listeners of a proxy on this machine. */
export interface LocalProxy {
  /** For AWS_ENDPOINT_URL; undefined when the listener is left out. */
  readonly endpointUrl: string | undefined;
  /** For HTTPS_PROXY, the secret included; undefined when the listener is left out. */
  readonly proxyUrl: string | undefined;
  /**
   * Stops accepting, lets requests and tunnels in flight finish, then cuts them.
   *
   * @param o `graceMs`: how long to wait, default 10,000; `lingerMs`: how long connections without a request stay, default 0
   */
  close(o?: CloseServerOptions): Promise<void>;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Runs a proxy on loopback for the AWS tools of one machine: an endpoint-URL listener, an HTTPS_PROXY listener, or both.
 *
 * @param o proxy, authority, ports and policies
 * @throws SigV4ProxyError `port-in-use`, and `invalid-option` for an address that is not loopback and for a limit that is no whole
 *   number in its range
 *
 * @example
 * ```ts
 * declare const proxy: SigV4Proxy;
 * const local = await createLocalProxy({ proxy, ca: await createLocalCa() });
 * local.proxyUrl; // for HTTPS_PROXY
 * local.endpointUrl; // for AWS_ENDPOINT_URL
 * await local.close();
 * ```
 */
export async function createLocalProxy(o: LocalProxyOptions): Promise<LocalProxy> {
  const host = o.host ?? '127.0.0.1';
  if (!LOOPBACK.has(host)) {
    throw new SigV4ProxyError(
      'invalid-option',
      'createLocalProxy listens on loopback only: use createRequestListener for other addresses.',
    );
  }
  const headerTimeoutMs = o.headerTimeoutMs ?? HEADER_TIMEOUT_MS;
  const servers: Server[] = [];
  const closes: ((o: CloseServerOptions) => Promise<void>)[] = [];
  const stops: (() => void)[] = [];
  try {
    let endpointUrl: string | undefined;
    let endpoint: ConnectListenerOptions['listener'];
    if (o.endpointPort !== false) {
      const tls = o.endpointTls ?? true;
      const server = tls
        ? await endpointTlsServer(o.ca, headerTimeoutMs, stops)
        : createServer(serverOptions(headerTimeoutMs));
      const listener = createRequestListener(o.proxy);
      server.on('request', listener);
      server.on('checkContinue', listener.checkContinue);
      server.on('checkExpectation', listener);
      answerParseErrors(server, o.proxy);
      const port = await listen(server, o.endpointPort ?? 0, host, 'endpointPort');
      servers.push(server);
      closes.push(closableServer(server));
      endpoint = { names: LOCAL_NAMES, port };
      endpointUrl = `${tls ? 'https' : 'http'}://localhost:${port}`;
    }
    const connect = createConnectListener(o.proxy, { ...o, headerTimeoutMs, listener: endpoint });
    let proxyUrl: string | undefined;
    if (o.connectPort !== false) {
      const server = createServer(serverOptions(headerTimeoutMs));
      connect.attach(server);
      const port = await listen(server, o.connectPort ?? 0, host, 'connectPort');
      servers.push(server);
      closes.push(closableServer(server));
      const login = o.secret === undefined ? '' : `x:${encodeURIComponent(o.secret)}@`;
      proxyUrl = `http://${login}${host.includes(':') ? `[${host}]` : host}:${port}`;
    }
    return {
      endpointUrl,
      proxyUrl,
      async close({ graceMs = 10_000, lingerMs } = {}) {
        wholeNumber('graceMs', graceMs, 0);
        for (const stop of stops) stop();
        const closed = Promise.all(closes.map((one) => one({ graceMs, lingerMs })));
        connect.destroyHandshakes();
        const timer = setTimeout(() => connect.destroyTunnels(), graceMs);
        await closed;
        clearTimeout(timer);
      },
    };
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** An HTTPS server whose certificates come from the authority: one for the local names, others by server name. */
async function endpointTlsServer(
  ca: CertificateAuthority,
  headerTimeoutMs: number,
  stops: (() => void)[],
): Promise<TlsServer> {
  const first = await ca.issue('localhost');
  const server = createTlsServer({
    ...serverOptions(headerTimeoutMs),
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: headerTimeoutMs,
    cert: first.certificate,
    key: first.privateKey,
    SNICallback(name, callback) {
      contextFor(ca, name.toLowerCase()).then(
        (context) => callback(null, context),
        // A name the authority must not vouch for gets the local certificate, which the client then refuses.
        () => callback(null),
      );
    },
  });
  const stop = ca.onChange?.(() => {
    ca.issue('localhost').then(
      ({ certificate: cert, privateKey: key }) => server.setSecureContext({ cert, key }),
      () => {},
    );
  });
  if (stop !== undefined) stops.push(stop);
  return server;
}

async function contextFor(ca: CertificateAuthority, name: string): Promise<SecureContext> {
  const { certificate: cert, privateKey: key } = await ca.issue(name);
  return createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}

function listen(server: Server, port: number, host: string, option: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') {
        reject(
          new SigV4ProxyError('invalid-option', `The proxy cannot listen on ${host}:${port}.`, {
            cause: error,
          }),
        );
        return;
      }
      reject(
        new SigV4ProxyError(
          'port-in-use',
          `Port ${port} is taken by another program: stop it, or set ${option} to another port or to 0 for any free one.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => {
      // A TCP server has an address object; text is for pipes.
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

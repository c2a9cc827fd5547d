import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { rootCertificates, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { SigV4ProxyError } from '../errors.js';
import { isBlockedAddress } from '../target/addresses.js';
import type { ConnectUpstream } from './upstream.js';

/** Resolves a name to all its addresses; `dns.lookup` with `all: true` fits. */
export type LookupAddresses = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

/** Options of {@link createConnector}. */
export interface ConnectorOptions {
  /** Opens the connection instead of DNS, TCP and TLS; see {@link ConnectUpstream}. */
  readonly connect?: ConnectUpstream | undefined;
  /** Name resolution. Default: the system's. */
  readonly lookup?: LookupAddresses | undefined;
  /** Roots to trust in addition to those that come with Node, PEM. */
  readonly ca?: string | readonly string[] | undefined;
  readonly connectTimeoutMs: number;
}

/** Opens one connection to an AWS host, ready for HTTP. */
export type Connector = (host: string, port: number) => Promise<Duplex>;

/**
 * Opens connections to AWS under the rules that keep the proxy from being turned against its own network: names are resolved
 * once, the answers are filtered, the connection goes to a checked address, and the certificate must carry the host's name.
 *
 * @param o hook, name resolution, roots, time limit
 */
export function createConnector(o: ConnectorOptions): Connector {
  const sessions = new Map<string, Buffer>();
  const lookup = checkedLookup(o.lookup ?? systemAddresses, true);
  const extraRoots = o.ca === undefined ? [] : [o.ca].flat();
  const { connect: hook } = o;
  if (hook !== undefined) {
    return async (host, port) =>
      withTimeout(Promise.resolve(hook({ host, port })), host, o.connectTimeoutMs);
  }
  // The bundled roots count as the system's only when nothing is added to them.
  const roots = extraRoots.length === 0 ? undefined : [...rootCertificates, ...extraRoots];
  return (host, port) => {
    const session = sessions.get(host);
    const socket = tlsConnect({
      host,
      port,
      servername: host,
      lookup,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      ...(session === undefined ? {} : { session }),
      ...(roots === undefined ? {} : { ca: roots }),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('session', (ticket: Buffer) => {
      remember(sessions, host, ticket);
    });
    return withTimeout(secured(socket), host, o.connectTimeoutMs, socket);
  };
}

/**
 * A `lookup` for `net.connect` that answers only addresses a proxy may reach. Because the connection is made to exactly what it
 * answers, there is no second resolution that could say something else.
 *
 * @param resolve name resolution
 * @param allowPrivate private ranges too: AWS interface endpoints need them, tunnels elsewhere do not
 */
export function checkedLookup(resolve: LookupAddresses, allowPrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host).then(
      (answers) => {
        const wanted =
          options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family;
        const usable = answers.filter(
          (one) =>
            !isBlockedAddress(one.address, { allowPrivate }) && (!wanted || one.family === wanted),
        );
        const [first] = usable;
        if (first === undefined) {
          callback(blocked(host), [], 0);
        } else if (options.all === true) {
          callback(null, [...usable], 0);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, [], 0),
    );
  };
}

/** The system's name resolution, all addresses. */
export function systemAddresses(host: string): Promise<{ address: string; family: number }[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });
}

function blocked(host: string): SigV4ProxyError {
  return new SigV4ProxyError(
    'blocked-address',
    `The name ${JSON.stringify(host)} resolves only to addresses the proxy keeps closed: check the DNS of this machine.`,
  );
}

function remember(sessions: Map<string, Buffer>, host: string, ticket: Buffer): void {
  sessions.delete(host);
  sessions.set(host, ticket);
  if (sessions.size <= 256) return;
  for (const oldest of sessions.keys()) {
    sessions.delete(oldest);
    return;
  }
}

function secured(socket: TLSSocket): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

/** Gives up on a connection after the time limit and destroys what was begun. */
async function withTimeout<T extends Duplex>(
  opening: Promise<T>,
  host: string,
  ms: number,
  socket?: Duplex,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      socket?.destroy();
      opening.then(
        (one) => one.destroy(),
        () => {},
      );
      reject(
        new SigV4ProxyError(
          'upstream',
          `No connection to ${JSON.stringify(host)} within ${ms} ms: check the network.`,
        ),
      );
    }, ms);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

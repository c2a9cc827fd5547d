import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { CertificateAuthority, ServerCertificate } from './certificate-authority.js';
import type { RequestOrigin } from './serve-request.js';

/** The answer to a CONNECT that is taken; without a length, as clients of HTTP/1.0 would wait for a body. */
export const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** A CONNECT to an AWS host. */
export interface Interception {
  /** In lower case, without a dot at its end. */
  readonly host: string;
  readonly port: number;
}

/**
 * Makes a function that answers a CONNECT, ends TLS under the host's name and hands the connection to the HTTP server it came
 * from, so that the same limits and the same closing hold for what is inside.
 *
 * @param o `origins` learns where each inner connection belongs, `handshakes` which connections are not there yet
 * @returns takes `onFailed` as well, which is called when the client ends without a handshake: then no request says that it was here
 */
export function createInterceptor(o: {
  readonly ca: CertificateAuthority;
  readonly handshakeMs: number;
  readonly origins: WeakMap<object, RequestOrigin>;
  readonly handshakes: Set<Duplex>;
}): (
  server: Server,
  socket: Duplex,
  head: Buffer,
  to: Interception,
  onFailed: () => void,
) => Promise<void> {
  const contexts = new WeakMap<ServerCertificate, SecureContext>();
  const contextFor = async (host: string): Promise<SecureContext> => {
    const certificate = await o.ca.issue(host);
    let context = contexts.get(certificate);
    if (context === undefined) {
      const { certificate: cert, privateKey: key } = certificate;
      context = createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
      contexts.set(certificate, context);
    }
    return context;
  };
  return async (server, socket, head, { host, port }, onFailed) => {
    const secureContext = await contextFor(host);
    if (socket.destroyed) {
      onFailed();
      return;
    }
    socket.write(ESTABLISHED);
    if (head.length > 0) socket.unshift(head);
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['http/1.1'],
    });
    const timer = setTimeout(() => tls.destroy(), o.handshakeMs);
    const onEnd = (): void => {
      tls.destroy();
    };
    o.handshakes.add(socket);
    tls.on('error', onEnd);
    // A client that gives up in the middle is only noticed by reading.
    tls.on('end', onEnd);
    tls.resume();
    tls.once('close', () => {
      clearTimeout(timer);
      if (o.handshakes.delete(socket)) onFailed();
      socket.destroy();
    });
    tls.once('secure', () => {
      clearTimeout(timer);
      o.handshakes.delete(socket);
      tls.off('end', onEnd);
      const serverName = serverNameOf(tls);
      o.origins.set(tls, {
        mode: 'connect',
        secure: true,
        connectTarget: `${host}:${port}`,
        ...(serverName === undefined ? {} : { serverName }),
      });
      server.emit('connection', tls);
    });
  };
}

function serverNameOf(tls: TLSSocket): string | undefined {
  // Node sets it on server sockets and leaves it out of the types.
  const name: unknown = Reflect.get(tls, 'servername');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import type { CertificateAuthority } from '../../src/node/certificate-authority.js';

/** One connection that the proxy has opened, as bytes. */
export interface RawConnection {
  readonly socket: Duplex;
  /** All that has come, latin1. */
  readonly text: () => string;
  /** Whether the proxy has let go of it. */
  readonly isClosed: () => boolean;
  /** Sends a RST. */
  reset(): void;
}

/** An AWS that a test plays byte by byte. */
export interface RawUpstream {
  readonly connections: RawConnection[];
  readonly connect: () => Promise<Duplex>;
  close(): Promise<void>;
}

/**
 * Starts it on loopback.
 *
 * @param play called whenever a connection is new or bytes have come
 * @param ca given for TLS
 */
export async function startRawUpstream(
  play: (connection: RawConnection, count: number) => void,
  ca?: CertificateAuthority,
): Promise<RawUpstream> {
  const connections: RawConnection[] = [];
  const onConnection = (socket: Duplex, tcp: Socket): void => {
    let text = '';
    let isClosed = false;
    const connection: RawConnection = {
      socket,
      text: () => text,
      isClosed: () => isClosed,
      reset: () => {
        tcp.resetAndDestroy();
        socket.destroy();
      },
    };
    connections.push(connection);
    const count = connections.length;
    socket.on('error', () => {});
    tcp.on('close', () => {
      isClosed = true;
    });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      play(connection, count);
    });
    play(connection, count);
  };
  const certificate = await ca?.issue('s3.eu-west-1.amazonaws.com');
  const secureContext =
    certificate &&
    createSecureContext({ cert: certificate.certificate, key: certificate.privateKey });
  const server = createServer((tcp) => {
    tcp.on('error', () => {});
    if (secureContext === undefined) {
      onConnection(tcp, tcp);
      return;
    }
    // Over a stream of its own, so that the connection below can be reset without TLS knowing.
    const below = Duplex.from({ readable: tcp, writable: tcp });
    below.on('error', () => {});
    const tls = new TLSSocket(below, { isServer: true, secureContext });
    tls.on('error', () => {});
    tls.once('secure', () => onConnection(tls, tcp));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    connections,
    async connect() {
      const socket =
        ca === undefined
          ? connect(port, '127.0.0.1')
          : tlsConnect({
              port,
              host: '127.0.0.1',
              servername: 's3.eu-west-1.amazonaws.com',
              ca: ca.trustedCertificates(),
            });
      await once(socket, ca === undefined ? 'connect' : 'secureConnect');
      return socket;
    },
    async close() {
      for (const { socket } of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

import type { Socket } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';

const PROTOCOLS: ReadonlySet<string | null> = new Set(['TLSv1.2', 'TLSv1.3']);

/**
 * Looks at a connection once its handshake is done, whoever opened it: options of an agent win over ours, and an
 * agent may open connections as it likes.
 *
 * @param host - the name that must have been asked for and proven
 * @returns what is wrong, or undefined when a signed request may be written to it
 */
export function faultOfConnection(socket: Socket, host: string): string | undefined {
  if (!(socket instanceof TLSSocket)) return 'the agent made a connection without TLS';
  if (!socket.authorized) return 'the agent made a connection without verified TLS';
  if (!PROTOCOLS.has(socket.getProtocol())) return `the agent agreed on ${socket.getProtocol()}`;
  // On the client's side this is the name it sent; the types know the server's side only.
  if (Reflect.get(socket, 'servername') !== host) return 'the agent asked for another server name';
  // A resumed session shows no certificate, so it counts as one for another name.
  return checkServerIdentity(host, socket.getPeerCertificate())
    ? 'the agent accepted a certificate for another name'
    : undefined;
}

/** Calls back once the handshake of a connection is done; at once for one that is reused or not TLS. */
export function afterHandshake(socket: Socket, done: () => void): void {
  // Not in the types. `getProtocol()` cannot tell: it has an answer before there is one.
  const isPending = socket instanceof TLSSocket && Reflect.get(socket, 'secureConnecting') === true;
  if (isPending) socket.once('secureConnect', done);
  else done();
}

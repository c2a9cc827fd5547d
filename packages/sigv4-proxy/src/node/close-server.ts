import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';

/**
 * Keeps book of what a server needs to close soon: connections that never brought a request, and kept-alive ones whose last
 * answer goes out while it closes. Node waits for both until their timeouts.
 *
 * @returns closes the server, and resolves when its last connection is gone
 */
export function closableServer(server: Server): () => Promise<void> {
  const unused = new Set<Duplex>();
  let closing = false;
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Duplex) => {
    // A handshake that was under way.
    if (closing) socket.destroy();
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    unused.delete(socket);
    response.once('close', () => {
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
  };
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  server.on('connect', ({ socket }: IncomingMessage) => unused.delete(socket));
  return () => {
    closing = true;
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    });
  };
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { wholeNumber } from '../whole-number.js';

/** Options of closing a server. */
export interface CloseServerOptions {
  /** Milliseconds that requests in flight may take to finish before they are cut. Default 10,000. */
  readonly graceMs?: number | undefined;
  /**
   * Milliseconds that connections without a request stay open. A client that sends its next one meanwhile gets its answer, and
   * `Connection: close` with it; without this time, requests that cross the closing of their connection fail. Default 0.
   */
  readonly lingerMs?: number | undefined;
}

/**
 * Makes a server that closes without cutting anybody off: no new connections, answers in flight are finished up to a deadline and
 * say that the connection ends, connections without a request are closed. Node by itself waits for some of them until their
 * timeouts, and closes others under the feet of a client that is about to send.
 *
 * @param server before it gets its first connection
 * @returns closes the server, and comes back when its last connection is gone; rejects with SigV4ProxyError `invalid-option` for a
 *   time that is no whole number in its range
 *
 * @example
 * ```ts
 * declare const server: import('node:http').Server;
 * const close = closableServer(server);
 * await close({ graceMs: 30_000, lingerMs: 1_000 });
 * ```
 */
export function closableServer(server: Server): (o?: CloseServerOptions) => Promise<void> {
  const unused = new Set<Duplex>();
  const open = new Set<ServerResponse>();
  /** Connections that left HTTP with a CONNECT: the server knows nothing of them any more. */
  const detached = new Set<Duplex>();
  let closing = false;
  let lingering = false;
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Duplex) => {
    // A handshake that was under way.
    if (closing && !lingering) socket.destroy();
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  const onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    unused.delete(socket);
    open.add(response);
    if (closing) response.shouldKeepAlive = false;
    response.once('close', () => {
      open.delete(response);
      if (closing && !lingering) setImmediate(() => server.closeIdleConnections());
    });
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    server.prependListener(event, onRequest);
  }
  const detach = ({ socket }: IncomingMessage): void => {
    unused.delete(socket);
    detached.add(socket);
    socket.once('close', () => detached.delete(socket));
  };
  server.on('connect', (request: IncomingMessage) => {
    detach(request);
    // Node closes what nobody answers only as long as nobody listens.
    if (server.listenerCount('connect') === 1) request.socket.destroy();
  });

  const endIdle = (): void => {
    lingering = false;
    server.closeIdleConnections();
    for (const socket of unused) socket.destroy();
  };

  return async ({ graceMs = 10_000, lingerMs = 0 } = {}) => {
    wholeNumber('graceMs', graceMs, 0);
    wholeNumber('lingerMs', lingerMs, 0);
    closing = true;
    lingering = lingerMs > 0;
    for (const response of open) if (!response.headersSent) response.shouldKeepAlive = false;
    return new Promise((resolve) => {
      const linger = lingering ? setTimeout(endIdle, Math.min(lingerMs, graceMs)) : undefined;
      const deadline = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of detached) socket.destroy();
      }, graceMs);
      // Not the method of `http.Server`, which closes connections without a request at once.
      NetServer.prototype.close.call(server, () => {
        clearTimeout(linger);
        clearTimeout(deadline);
        // Ends the timer with which it looked for slow clients.
        server.close(() => resolve());
      });
      if (!lingering) endIdle();
    });
  };
}

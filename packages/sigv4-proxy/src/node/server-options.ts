import type { ServerOptions } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_HEADER_BYTES } from '../limits.js';
import { wholeNumber } from '../whole-number.js';

/** How long a client may take for the head of a request, where nothing else is said. */
export const HEADER_TIMEOUT_MS = 15_000;

/**
 * Settings of a `node:http` or `node:https` server in front of the proxy: room for the largest allowed headers and target (the
 * proxy refuses larger ones with a typed error), no limit on the length of an upload, which Node by itself cuts off after five
 * minutes, and slow headers cut off.
 *
 * @param headerTimeoutMs how many milliseconds a client may take for the head of a request. Default 15,000
 * @throws SigV4ProxyError `invalid-option` for a time that is no whole number in its range
 *
 * @example
 * ```ts
 * declare const listener: import('node:http').RequestListener;
 * declare const createServer: typeof import('node:http').createServer;
 * const server = createServer(serverOptions(), listener);
 * ```
 */
export function serverOptions(headerTimeoutMs: number = HEADER_TIMEOUT_MS): ServerOptions {
  wholeNumber('headerTimeoutMs', headerTimeoutMs);
  return {
    maxHeaderSize: 2 * MAX_HEADER_BYTES + 16 * 1024,
    headersTimeout: headerTimeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: Math.max(50, Math.min(5_000, Math.floor(headerTimeoutMs / 3))),
    // A missing Host gets a typed error, and CONNECT of some clients has none.
    requireHostHeader: false,
  };
}

/**
 * A complete plain-text HTTP answer that closes the connection.
 *
 * @param kind the value of `x-sigv4-proxy-error`
 */
export function plainAnswer(
  status: number,
  message: string,
  kind: string,
  extra: readonly string[] = [],
): string {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    `x-sigv4-proxy-error: ${kind}`,
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(message)}`,
    'connection: close',
    ...extra,
  ];
  return `${head.join('\r\n')}\r\n\r\n${message}`;
}

/** Writes a complete answer and destroys the connection when it is out. */
export function endWith(socket: Duplex, answer: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(answer, () => socket.destroy());
}

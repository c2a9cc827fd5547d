import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { SigV4Proxy } from '../proxy.js';
import { type RequestOrigin, serveRequest } from './serve-request.js';

/** Options of {@link createRequestListener}. */
export interface RequestListenerOptions {
  /** The names under which clients reach this listener. Default `localhost`, `127.0.0.1` and `[::1]`. */
  readonly names?: readonly string[] | undefined;
  /** The port clients name in Host, where it differs from the port of the socket. Default: the port of the socket. */
  readonly port?: number | undefined;
  /**
   * Given when another proxy stands in front and passes the true host in `X-Forwarded-Host`: says whether this request comes
   * from that hop, by its client certificate for example. It needs `trustForwardedHost` of the proxy as well.
   */
  isTrustedHop?(request: IncomingMessage): boolean;
}

/** A listener for `http.createServer`, Express, Fastify or any other framework of `node:http`. */
export interface ProxyRequestListener extends RequestListener {
  /**
   * For the server's `checkContinue` event: with it, `Expect: 100-continue` is answered only when AWS asks for the body.
   * Without it, Node lets every body come at once.
   */
  readonly checkContinue: RequestListener;
}

/** The names of a listener on loopback. */
export const LOCAL_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The proxy as a listener for clients that have it as their endpoint URL. Mount it at the root, before anything that reads
 * bodies or rewrites URLs: signatures are about the raw target.
 *
 * @param proxy from `createSigV4Proxy`
 * @param o names, port, trusted hop
 *
 * @example
 * ```ts
 * declare const proxy: SigV4Proxy;
 * declare const server: import('node:http').Server;
 * const listener = createRequestListener(proxy);
 * server.on('request', listener).on('checkContinue', listener.checkContinue);
 * ```
 */
export function createRequestListener(
  proxy: SigV4Proxy,
  o: RequestListenerOptions = {},
): ProxyRequestListener {
  const names = o.names ?? LOCAL_NAMES;
  const originOf = (request: IncomingMessage): RequestOrigin => {
    const { socket } = request;
    const secure = socket instanceof TLSSocket;
    if (o.isTrustedHop !== undefined) {
      return { mode: 'forwarded', secure, hopTrusted: o.isTrustedHop(request) };
    }
    return {
      mode: 'endpoint-url',
      secure,
      listener: { names, port: o.port ?? socket.localPort ?? 0 },
    };
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    serveRequest(proxy, request, response, originOf(request));
  return Object.assign(listener, {
    checkContinue: (request: IncomingMessage, response: ServerResponse): void =>
      serveRequest(proxy, request, response, originOf(request), () => response.writeContinue()),
  });
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorKindOf } from '../error-kinds.js';
import { SigV4ProxyError } from '../errors.js';
import type { LookupAddresses } from '../forward/connector.js';
import type { ConnectUpstream } from '../forward/upstream.js';
import type { SigV4Proxy } from '../proxy.js';
import type { ProxyRequest } from '../request.js';
import { decideConnect, type NonAwsPolicy } from '../target/decide-connect.js';
import { wholeNumber } from '../whole-number.js';
import type { CertificateAuthority } from './certificate-authority.js';
import type { SystemProxy } from './dial-tunnel.js';
import { createInterceptor } from './intercept.js';
import { answerUnreadable } from './parse-error.js';
import { isAuthorized } from './proxy-authorization.js';
import { createRawTunnels } from './raw-tunnels.js';
import { recordTunnel } from './record-tunnel.js';
import { refuseTunnel, type TunnelRefusal } from './refuse-tunnel.js';
import { servePresign } from './serve-presign.js';
import { type RequestOrigin, serveRequest } from './serve-request.js';
import { HEADER_TIMEOUT_MS } from './server-options.js';

/** Options of {@link createConnectListener}. */
export interface ConnectListenerOptions {
  /** Makes the certificates that clients see for AWS hosts. */
  readonly ca: CertificateAuthority;
  /** What happens to hosts that are no AWS API. Default `refuse`. */
  readonly nonAws?: NonAwsPolicy | undefined;
  /** The proxy for `nonAws: 'system-proxy'`. Default: none, then tunnels go out directly. */
  readonly systemProxy?: SystemProxy | undefined;
  /** Ports of AWS hosts besides 443. Default none. */
  readonly allowedPorts?: readonly number[] | undefined;
  /** Whether tunnels to hosts outside AWS may reach private addresses. Default false. */
  readonly allowPrivate?: boolean | undefined;
  /**
   * A random text that clients must send as the password of `Proxy-Authorization` (`http://x:secret@127.0.0.1:port`), against
   * other users of the machine. Default: none asked; the signature is the only gate then.
   */
  readonly secret?: string | undefined;
  /** The endpoint-URL listener of the same proxy, so that `/presign` takes URLs that were presigned for it. Default: none. */
  readonly listener?: ProxyRequest['listener'];
  /** CONNECTs open at a time, intercepted ones included. Default 512. */
  readonly maxTunnels?: number | undefined;
  /** Milliseconds for the TLS handshake of a client. Default 15,000. */
  readonly headerTimeoutMs?: number | undefined;
  /** Resolves the hosts of raw tunnels. Default: the system's resolver. */
  readonly lookup?: LookupAddresses | undefined;
  /** Opens the far end of raw tunnels instead of DNS and TCP, for tests and demos. Default: none. */
  readonly connectTunnel?: ConnectUpstream | undefined;
}

const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['blocked-address', 403],
  ['internal', 500],
]);

/** A proxy listener for HTTPS_PROXY clients. */
export interface ConnectListener {
  /** Serves a `node:http` server with it: CONNECT, the requests inside, and a plain refusal of everything else. */
  attach(server: Server): void;
  /** CONNECTs that are open. */
  readonly openTunnels: number;
  /** Cuts CONNECTs to AWS whose client has not finished its TLS handshake: nothing is in flight there. */
  destroyHandshakes(): void;
  /** Cuts all raw tunnels and unfinished handshakes. */
  destroyTunnels(): void;
}

/**
 * The proxy for clients that use it through HTTPS_PROXY: AWS API hosts are answered here under a certificate of `ca`, so that
 * even refusals reach the SDK as typed errors; Session Manager and the other hosts whose TLS must stay untouched are tunnelled
 * raw; everything else follows `nonAws`.
 *
 * @param proxy from `createSigV4Proxy`
 * @param o authority and policies
 * @throws SigV4ProxyError `invalid-option` for an empty secret, and a limit that is no whole number in its range
 *
 * @example
 * ```ts
 * declare const proxy: SigV4Proxy;
 * declare const server: import('node:http').Server;
 * const listener = createConnectListener(proxy, { ca: await createLocalCa() });
 * listener.attach(server);
 * ```
 */
export function createConnectListener(
  proxy: SigV4Proxy,
  o: ConnectListenerOptions,
): ConnectListener {
  if (o.secret === '') {
    throw new SigV4ProxyError(
      'invalid-option',
      'The secret is empty, so every password would do: make one of random bytes, or leave it out.',
    );
  }
  const origins = new WeakMap<object, RequestOrigin>();
  const handshakes = new Set<Duplex>();
  const maxTunnels = wholeNumber('maxTunnels', o.maxTunnels ?? 512);
  const tunnels = createRawTunnels(proxy.runtime, o);
  const intercept = createInterceptor({
    ca: o.ca,
    handshakeMs: wholeNumber('headerTimeoutMs', o.headerTimeoutMs ?? HEADER_TIMEOUT_MS),
    origins,
    handshakes,
  });
  let open = 0;

  const onConnect = (
    server: Server,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): void => {
    socket.on('error', () => socket.destroy());
    const startedAt = proxy.runtime.clock();
    const clientAddr = request.socket.remoteAddress;
    const authority = request.url ?? '';
    const refused = { socket, authority, startedAt, clientAddr };
    const refuse = (refusal: TunnelRefusal): void => refuseTunnel(proxy.runtime, refused, refusal);
    if (origins.has(request.socket)) {
      const message = 'A tunnel inside a tunnel is not allowed.';
      refuse({ status: 403, code: 'not-allowed', message });
      return;
    }
    if (o.secret !== undefined && !isAuthorized(request.headers['proxy-authorization'], o.secret)) {
      const realm = ['proxy-authenticate: Basic realm="sigv4-proxy"'];
      const message = 'The proxy wants the password of its URL.';
      refuse({ status: 407, code: 'not-allowed', message, kind: 'denied', extra: realm });
      return;
    }
    if (open >= maxTunnels) {
      const message = `More than ${maxTunnels} tunnels are open: try again later.`;
      refuse({ status: 503, code: 'upstream', message, kind: 'upstream' });
      return;
    }
    const { nonAws, allowedPorts, allowPrivate } = o;
    const decision = decideConnect(authority, { nonAws, allowedPorts, allowPrivate });
    if (decision.decision === 'refuse') {
      refuse(decision);
      return;
    }
    const noteFailed = (host: string): void => {
      // Whoever breaks off may not trust the certificate, or speak no TLS.
      const end = { outcome: 'failed', reason: 'bad-framing', bytesIn: 0, bytesOut: 0 } as const;
      recordTunnel(proxy.runtime, { host, startedAt, clientAddr, ...end })?.catch(() => {});
    };
    const { counters } = proxy.runtime;
    open += 1;
    counters.tunnels += 1;
    socket.once('close', () => {
      open -= 1;
      counters.tunnels -= 1;
    });
    const run =
      decision.decision === 'intercept'
        ? intercept(server, socket, head, decision, () => noteFailed(decision.host))
        : tunnels.open({ socket, head, startedAt, clientAddr }, decision);
    run.catch((error: unknown) => {
      const { code, message } =
        error instanceof SigV4ProxyError
          ? error
          : new SigV4ProxyError('upstream', 'The tunnel cannot be opened.', { cause: error });
      refuse({ status: STATUS_OF.get(code) ?? 502, code, message, kind: errorKindOf(code) });
    });
  };

  const onRequest = (
    request: IncomingMessage,
    response: ServerResponse,
    sendContinue?: () => void,
  ): void => {
    const origin = origins.get(request.socket);
    if (origin !== undefined) {
      serveRequest(proxy, request, response, origin, sendContinue);
      return;
    }
    if (request.method === 'POST' && request.url === '/presign') {
      servePresign(proxy, request, response, o);
      return;
    }
    const isStatus = request.method === 'GET' && request.url === '/';
    response.writeHead(isStatus ? 200 : 400, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
    });
    response.end(
      isStatus
        ? 'This is a proxy for AWS: set HTTPS_PROXY to its address.\n'
        : 'This proxy takes CONNECT only: set it as HTTPS_PROXY and use https URLs.\n',
    );
  };

  return {
    attach(server) {
      answerUnreadable(server, proxy, (socket) => origins.get(socket));
      server.on('connect', (request, socket, head) => onConnect(server, request, socket, head));
      server.on('request', (request, response) => onRequest(request, response));
      server.on('checkExpectation', (request, response) => onRequest(request, response));
      server.on('checkContinue', (request, response) =>
        onRequest(request, response, () => response.writeContinue()),
      );
    },
    get openTunnels() {
      return open;
    },
    destroyHandshakes() {
      for (const socket of handshakes) socket.destroy();
    },
    destroyTunnels() {
      tunnels.destroy();
      for (const socket of handshakes) socket.destroy();
    },
  };
}

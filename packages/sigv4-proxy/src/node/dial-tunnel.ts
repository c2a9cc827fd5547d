import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SigV4ProxyError } from '../errors.js';
import { checkedLookup, type LookupAddresses, systemAddresses } from '../forward/connector.js';
import { isBlockedAddress } from '../target/addresses.js';

/** The corporate proxy that tunnels go through with `nonAws: 'system-proxy'`. */
export interface SystemProxy {
  /** `http://[user:password@]host:port`. */
  readonly url: string;
  /** Hosts that are dialled directly: names, `.suffixes`, `*`; as in the variable NO_PROXY. Default: none. */
  readonly noProxy?: string | undefined;
}

/** Where a tunnel goes. */
export interface TunnelTarget {
  /** A name or an IP address without brackets, decided on before. */
  readonly host: string;
  readonly port: number;
  /** Whether private addresses are allowed. */
  readonly allowPrivate: boolean;
  readonly via: 'direct' | 'system-proxy';
}

/** How tunnels are dialled. */
export interface DialOptions {
  readonly connectTimeoutMs: number;
  readonly lookup?: LookupAddresses | undefined;
  readonly systemProxy?: SystemProxy | undefined;
}

/**
 * Opens the far end of a raw tunnel. Names are resolved once, and only addresses that may be reached are dialled.
 *
 * @throws SigV4ProxyError `blocked-address`, `upstream`
 */
export async function dialTunnel(target: TunnelTarget, o: DialOptions): Promise<Duplex> {
  const { systemProxy } = o;
  if (
    target.via === 'system-proxy' &&
    systemProxy !== undefined &&
    !matchesNoProxy(target.host, systemProxy.noProxy ?? '')
  ) {
    return dialThrough(systemProxy.url, target, o.connectTimeoutMs);
  }
  return dialDirect(target, o);
}

function dialDirect(target: TunnelTarget, o: DialOptions): Promise<Socket> {
  const { host, port, allowPrivate } = target;
  return new Promise((resolve, reject) => {
    const lookup = checkedLookup(o.lookup ?? systemAddresses, allowPrivate);
    const socket = connect({
      host,
      port,
      lookup,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
    });
    const timer = setTimeout(() => socket.destroy(new Error('timeout')), o.connectTimeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(unreachable(host, error));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      // Literal addresses never pass the lookup.
      if (isBlockedAddress(socket.remoteAddress ?? '', { allowPrivate })) {
        socket.destroy();
        reject(
          new SigV4ProxyError(
            'blocked-address',
            `The address of ${host} is one the proxy keeps closed.`,
          ),
        );
      } else resolve(socket);
    });
  });
}

function dialThrough(proxyUrl: string, target: TunnelTarget, timeoutMs: number): Promise<Duplex> {
  const proxy = URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined;
  if (proxy === undefined || proxy.protocol !== 'http:') {
    return Promise.reject(
      new SigV4ProxyError(
        'invalid-option',
        'The url of systemProxy must have the form http://host:port.',
      ),
    );
  }
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve, reject) => {
    const ask = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port === '' ? 80 : Number(proxy.port),
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(login === ':'
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
      },
      timeout: timeoutMs,
    });
    ask.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(
          unreachable(target.host, new Error(`The system's proxy answered ${answer.statusCode}.`)),
        );
        return;
      }
      if (head.length > 0) socket.unshift(head);
      socket.setTimeout(0);
      resolve(socket);
    });
    ask.once('timeout', () => ask.destroy(new Error('timeout')));
    ask.once('response', (answer) => {
      ask.destroy(new Error(`The system's proxy answered ${answer.statusCode}.`));
    });
    ask.once('error', (error) => reject(unreachable(target.host, error)));
    ask.end();
  });
}

/** Whether a NO_PROXY list names the host: exactly, as a parent domain, or with `*`. */
export function matchesNoProxy(host: string, noProxy: string): boolean {
  return noProxy
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, ''),
    )
    .some(
      (entry) => entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry}`))),
    );
}

function unreachable(host: string, cause: Error): SigV4ProxyError {
  if (cause instanceof SigV4ProxyError) return cause;
  return new SigV4ProxyError('upstream', `The host ${host} cannot be reached: check the network.`, {
    cause,
  });
}

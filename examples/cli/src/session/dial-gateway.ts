import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';

/** A host of AWS, as a CONNECT names it. */
export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** The gateway does not open a tunnel. */
export interface TunnelRefusal {
  readonly status: number;
  readonly text: string;
}

/**
 * Opens a tunnel through the gateway's CONNECT listener.
 *
 * @param proxyUrl as the gateway gave it: `http://host:port` or `https://host:port`, with a password where it has one
 */
export function dialGateway(
  proxyUrl: string,
  { host, port }: TunnelTarget,
): Promise<Duplex | TunnelRefusal> {
  const proxy = new URL(proxyUrl);
  const secure = proxy.protocol === 'https:';
  const authority = `${host}:${port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: Number(proxy.port) || (secure ? 443 : 80),
      path: authority,
      agent: false,
      headers: {
        host: authority,
        ...(login === ':'
          ? {}
          : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
      },
    });
    request.once('connect', ({ statusCode = 502 }, socket, head) => {
      if (statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      resolve({ status: statusCode, text: head.toString('utf8').slice(0, 1_000) });
    });
    request.once('error', reject);
    request.end();
  });
}

export const isRefusal = (opened: Duplex | TunnelRefusal): opened is TunnelRefusal =>
  'status' in opened;

import { Agent as HttpsAgent } from 'node:https';
import { createUpstreamConnect } from '@postern/sigv4-proxy/node';
import { Agent as UndiciAgent } from 'undici';
import { GatewayError } from './gateway-error.js';

/** Whether a host name, in brackets if it is an IPv6 address, is this machine's own. */
export const isLoopback = (host: string) => /^(127(\.\d+){3}|\[?::1\]?|localhost)$/.test(host);

/**
 * The three ways in which we talk to AWS (the proxy's upstream, SDK clients, `fetch`), all sent to one other address: for tests,
 * and for machines that reach AWS through a relay. Host headers, TLS names and signatures stay those of AWS.
 */
export type Upstream = ReturnType<typeof createUpstream>;

/**
 * @param url `http://host:port` (spoken in clear, so loopback only) or `https://host:port`
 * @throws GatewayError when it is neither, or clear text would leave the machine
 */
export function createUpstream(url: string) {
  const { protocol, href, origin, hostname } = URL.canParse(url) ? new URL(url) : new URL('no:');
  const isHttp = /^https?:$/.test(protocol);
  const wrong = (what: string) => new GatewayError('malformed-request', `the upstream ${what}`);
  if (!isHttp) throw wrong(`"${url}" is no http or https URL; write http://127.0.0.1:PORT`);
  if (href !== `${origin}/`) throw wrong(`"${origin}" takes a host and a port only`);
  // Requests carry session tokens; they may not cross a network in clear.
  const isClear = protocol === 'http:' && !isLoopback(hostname);
  if (isClear) throw wrong(`"${url}" is not on this machine; use https for another one`);
  const connect = createUpstreamConnect(url);
  return {
    connect,
    /** For the request handler of an AWS SDK client. What it is given is used as the secured stream, as it is. */
    agent: Object.assign(new HttpsAgent({ keepAlive: true }), {
      createConnection(
        o: { host?: string | null; port?: number | string | null },
        done: (error: unknown, stream?: unknown) => void,
      ) {
        Promise.resolve(connect({ host: o.host ?? '', port: Number(o.port) || 443 })).then(
          (stream) => done(null, stream),
          done,
        );
      },
    }),
    /** For `fetch`. */
    dispatcher: new UndiciAgent({
      connect: ({ hostname: host, port }, done) => {
        Promise.resolve(connect({ host, port: Number(port) || 443 })).then(
          // Both kinds of connection that the hook makes are sockets.
          (socket) => done(null, socket as Parameters<typeof done>[1] & typeof socket),
          (error) => done(error, null),
        );
      },
    }),
  };
}

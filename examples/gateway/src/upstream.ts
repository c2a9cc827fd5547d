import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { SigV4ProxyOptions } from '@postern/sigv4-proxy';
import { createUpstreamConnect } from '@postern/sigv4-proxy/node';
import { Agent as UndiciAgent } from 'undici';

type Connect = NonNullable<SigV4ProxyOptions['connect']>;

/**
 * The three ways in which we talk to AWS (the proxy's upstream, SDK clients, `fetch`), all sent to one other address: for tests,
 * and for machines that reach AWS through a relay. Host headers, TLS names and signatures stay those of AWS.
 */
export interface Upstream {
  readonly connect: Connect;
  /** For the request handler of an AWS SDK client. */
  readonly agent: HttpsAgent;
  /** For `fetch`. */
  readonly dispatcher: UndiciAgent;
}

/**
 * @param url `http://host:port` (spoken in clear, so loopback only) or `https://host:port`
 * @throws TypeError when it is neither, or clear text would leave the machine
 */
export function createUpstream(url: string): Upstream {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new TypeError(
      `the upstream "${url}" is no http or https URL; write http://127.0.0.1:PORT`,
    );
  }
  if (parsed.href !== `${parsed.origin}/`) {
    throw new TypeError(`the upstream "${parsed.origin}" takes a host and a port only`);
  }
  if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname)) {
    // Requests carry session tokens; they may not cross a network in clear.
    throw new TypeError(`the upstream "${url}" is not on this machine; use https for another one`);
  }
  const connect = createUpstreamConnect(url);
  return {
    connect,
    agent: new DialingAgent(connect),
    dispatcher: new UndiciAgent({
      connect: ({ hostname, port }, callback) => {
        Promise.resolve(connect({ host: hostname, port: Number(port) || 443 })).then(
          // Both kinds of connection that the hook makes are sockets.
          (socket) => callback(null, socket as Parameters<typeof callback>[1] & Duplex),
          (error) => callback(error, null),
        );
      },
    }),
  };
}

/** Whether a host name, in brackets if it is an IPv6 address, is this machine's own. */
export const isLoopback = (host: string) => /^(127(\.\d+){3}|\[?::1\]?|localhost)$/.test(host);

/** An https agent whose connections go elsewhere. What it is given is used as the secured stream, as it is. */
class DialingAgent extends HttpsAgent {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    super({ keepAlive: true });
    this.#connect = connect;
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const target = { host: options.host ?? '', port: Number(options.port) || 443 };
    Promise.resolve(this.#connect(target)).then(
      (stream) => callback?.(null, stream),
      // Node reads the stream only where there is no error.
      (error) => callback?.(error, undefined as unknown as Duplex),
    );
  }
}

import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Agent as UndiciAgent } from 'undici';

/** Opens the connection to a host of AWS; the host keeps its name in the Host header, the signature and TLS. */
export type Dial = (target: { readonly host: string; readonly port: number }) => Socket;

/**
 * The three ways in which we talk to AWS (the proxy's upstream, SDK clients, `fetch`), all sent to one other address: for tests,
 * and for machines that reach AWS through a relay. Host headers and signatures stay those of AWS.
 */
export interface Upstream {
  readonly dial: Dial;
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
  const address = parseUpstream(url);
  const dial: Dial = ({ host }) =>
    address.secure
      ? connectTls({ host: address.host, port: address.port, servername: host })
      : connectTcp({ host: address.host, port: address.port });
  return {
    dial,
    agent: new DialingAgent(dial),
    dispatcher: new UndiciAgent({
      connect: ({ hostname, port }, callback) => {
        const socket = dial({ host: hostname, port: Number(port) || 443 });
        const ready = address.secure ? 'secureConnect' : 'connect';
        socket.once(ready, () => callback(null, socket));
        socket.once('error', (error) => callback(error, null));
      },
    }),
  };
}

function parseUpstream(url: string): { host: string; port: number; secure: boolean } {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new TypeError(`the upstream "${url}" is not a URL; write http://127.0.0.1:PORT`);
  }
  const secure = parsed.protocol === 'https:';
  if (!secure && parsed.protocol !== 'http:') {
    throw new TypeError(`the upstream "${url}" is neither http nor https`);
  }
  if (
    parsed.username ||
    parsed.password ||
    parsed.pathname !== '/' ||
    parsed.search ||
    parsed.hash
  ) {
    throw new TypeError(`the upstream "${parsed.origin}" takes a host and a port only`);
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  if (!secure && !/^(127(\.\d+){3}|::1|localhost)$/.test(host)) {
    // Requests carry session tokens; they may not cross a network in clear.
    throw new TypeError(`the upstream "${url}" is not on this machine; use https for another one`);
  }
  return { host, port: Number(parsed.port) || (secure ? 443 : 80), secure };
}

/** An https agent whose connections go elsewhere. What it returns is used as the secured stream, as it is. */
class DialingAgent extends HttpsAgent {
  readonly #dial: Dial;

  constructor(dial: Dial) {
    super({ keepAlive: true });
    this.#dial = dial;
  }

  override createConnection(options: {
    host?: string | null;
    port?: number | string | null;
  }): Socket {
    return this.#dial({ host: options.host ?? '', port: Number(options.port) || 443 });
  }
}

/** One request of ours to a host of AWS. */
export interface UpstreamMessage {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Sends a request through the upstream, byte for byte as it is given, and reads the whole answer. */
export function sendTo(
  { agent }: Upstream,
  { body, signal, headers, ...target }: UpstreamMessage,
): Promise<{ status: number; headers: Record<string, string>; body: Uint8Array }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...target, port: 443, agent, headers: [...headers], signal });
    request.once('error', reject);
    request.once('response', async (response) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(Buffer.from(chunk));
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks),
        });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    request.end(body, 'latin1');
  });
}

import { request } from 'node:http';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** An agent that reaches its hosts through an HTTPS_PROXY, as AWS tools do. */
export class ConnectAgent extends Agent {
  readonly #proxyUrl: URL;
  readonly #ca: string;

  constructor(proxyUrl: string, ca: string) {
    super({ keepAlive: true });
    this.#proxyUrl = new URL(proxyUrl);
    this.#ca = ca;
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const authority = `${options.host}:${options.port ?? 443}`;
    const { hostname, port, username, password } = this.#proxyUrl;
    const login =
      username === ''
        ? {}
        : {
            'proxy-authorization': `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
          };
    const ask = request({
      host: hostname,
      port,
      method: 'CONNECT',
      path: authority,
      headers: login,
    });
    ask.once('connect', (answer, socket) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        callback?.(new Error(`CONNECT answered ${answer.statusCode}`), socket);
        return;
      }
      const tls = connect({ socket, servername: options.host ?? '', ca: this.#ca });
      tls.once('secureConnect', () => callback?.(null, tls));
      tls.once('error', (error) => callback?.(error, tls));
    });
    ask.once('error', (error) => callback?.(error, undefined as unknown as Duplex));
    ask.end();
  }
}

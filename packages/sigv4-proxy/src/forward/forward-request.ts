/// <reference path="./undici-client.d.ts" />
import { LRUCache } from 'lru-cache';
import type { Client, Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import type { Connector } from './connector.js';
import { abortReason, Exchange } from './exchange.js';
import { createExpectClient } from './expect-request.js';
import { HostConnections } from './host-connections.js';
import type {
  UpstreamClient,
  UpstreamLimits,
  UpstreamRequest,
  UpstreamResponse,
} from './upstream.js';
import { upstreamError } from './upstream-error.js';

/** Options of {@link createUpstreamClient}. */
export interface UpstreamClientOptions extends UpstreamLimits {
  /** Opens connections. */
  readonly connector: Connector;
  /** Sends everything but `Expect` requests instead of our own pools; brings its own connection rules. */
  readonly dispatcher?: Dispatcher | undefined;
}

/** Pools kept at most; the least recently used is closed once its requests are done. */
const MAX_POOLS = 1024;

/**
 * The HTTP client of the proxy: one pool of kept-alive connections per host and identity, targets and headers byte for byte,
 * no redirects, no decompression, no retries. `Expect` requests go out through `node:http`, because undici refuses them.
 *
 * @param o connections and limits
 */
export function createUpstreamClient(o: UpstreamClientOptions): UpstreamClient {
  const expecting = createExpectClient(o);
  // undici is the heaviest import of the package: only a proxy that forwards pays for it, and for its client alone. The whole of
  // it takes three times as long and eight MiB more.
  let client: Promise<{ readonly default: typeof Client }> | undefined;
  let ClientClass: typeof Client | undefined;
  const pools = new LRUCache<string, HostConnections>({
    max: MAX_POOLS,
    dispose: (pool) => {
      pool.close().catch(() => {});
    },
  });

  const poolFor = (request: UpstreamRequest, ClientOf: typeof Client): HostConnections => {
    const { host, port } = request;
    const key = `${request.poolKey} ${host}:${port}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const origin = originOf(host, port);
    const create = (): Client =>
      new ClientOf(origin, {
        pipelining: 1,
        headersTimeout: o.responseHeaderTimeoutMs,
        bodyTimeout: o.idleTimeoutMs,
        keepAliveTimeout: 30_000,
        keepAliveMaxTimeout: 300_000,
        maxHeaderSize: 64 * 1024,
        connect: (_options, callback) => {
          o.connector(host, port).then(
            // undici asks for a net.Socket; a Duplex with the methods it calls is enough, and tests bring such.
            (socket) => callback(null, socket as import('node:net').Socket),
            (error: Error) => callback(error, null),
          );
        },
      });
    const pool = new HostConnections(create, o.maxConnections);
    pools.set(key, pool);
    return pool;
  };

  const dispatch = (
    request: UpstreamRequest,
    via: Pick<Dispatcher, 'dispatch'> | HostConnections,
  ): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(request, o.wholeResponseBytes, resolve, reject);
      try {
        via.dispatch(
          {
            origin: originOf(request.host, request.port),
            path: request.target,
            method: request.method,
            // undici reads the list and does not keep it.
            headers: request.headers as string[],
            // An async iterable is what undici takes as well; its types name only some of them.
            body: exchange.body as Buffer | null,
            headersTimeout: request.responseHeaderTimeoutMs ?? null,
          },
          exchange,
        );
      } catch (error) {
        reject(upstreamError(request.host, error));
      }
    });

  const loaded = async (): Promise<typeof Client> => {
    client ??= import('undici/lib/dispatcher/client.js');
    ClientClass = (await client).default;
    return ClientClass;
  };

  return {
    send(request) {
      if (request.signal?.aborted) return Promise.reject(abortReason(request.signal));
      if (request.expectContinue === true) return expecting.send(request);
      if (o.dispatcher !== undefined) return dispatch(request, o.dispatcher);
      if (ClientClass !== undefined) return dispatch(request, poolFor(request, ClientClass));
      return loaded().then((ClientOf) => dispatch(request, poolFor(request, ClientOf)));
    },
    async close() {
      const open = [...pools.values()];
      await Promise.all([...open.map((pool) => pool.close()), expecting.close()]);
      pools.clear();
    },
    async destroy() {
      const reason = new SigV4ProxyError('upstream', 'The proxy is closed.');
      const open = [...pools.values()];
      await Promise.all([...open.map((pool) => pool.destroy(reason)), expecting.destroy()]);
      pools.clear();
    },
  };
}

function originOf(host: string, port: number): string {
  return port === 443 ? `https://${host}` : `https://${host}:${port}`;
}

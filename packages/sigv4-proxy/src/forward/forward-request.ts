import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';
import type { Client, Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import { abortReason } from './abort-reason.js';
import { isEncrypted } from './check-head.js';
import type { Connector } from './connector.js';
import { Exchange } from './exchange.js';
import { createExchangeRules } from './exchange-rules.js';
import { createExpectClient } from './expect-request.js';
import { HostConnections } from './host-connections.js';
import { inOneWrite } from './one-write.js';
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
  const rules = createExchangeRules(o);
  // undici is the heaviest import of the package: only a proxy that forwards pays for it.
  let ClientClass: typeof Client | undefined;
  const pools = new LRUCache<string, HostConnections>({
    max: MAX_POOLS,
    dispose: (pool) => {
      if (last?.pool === pool) last = undefined;
      pool.close().catch(() => {});
    },
  });

  // One client after the other sends many requests to one host: for those no key is put together.
  let last:
    | (Pick<UpstreamRequest, 'host' | 'port' | 'poolKey'> & { pool: HostConnections })
    | undefined;
  let isClosed = false;

  const poolFor = (request: UpstreamRequest, ClientOf: typeof Client): HostConnections => {
    const { host, port, poolKey } = request;
    if (last?.host === host && last.port === port && last.poolKey === poolKey) return last.pool;
    const key = `${poolKey} ${host}:${port}`;
    const pool = pools.get(key) ?? createPool(host, port, ClientOf);
    pools.set(key, pool);
    last = { host, port, poolKey, pool };
    return pool;
  };

  const createPool = (host: string, port: number, ClientOf: typeof Client): HostConnections => {
    const origin = originOf(host, port);
    const create = (): Client =>
      new ClientOf(origin, {
        pipelining: 1,
        // An exchange keeps its own time.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: 30_000,
        keepAliveMaxTimeout: 300_000,
        maxHeaderSize: 64 * 1024,
        connect: (_options, callback) => {
          o.connector(host, port).then(
            (socket) => {
              pool.isEncrypted ||= isEncrypted(socket);
              // undici asks for a net.Socket; a Duplex with the methods it calls is enough, and tests bring such.
              callback(null, inOneWrite(socket) as import('node:net').Socket);
            },
            (error: Error) => callback(error, null),
          );
        },
      });
    const { eventLoopUtilization } = performance;
    const pool = new HostConnections(create, o.maxConnections, o.maxForsaken, eventLoopUtilization);
    return pool;
  };

  const dispatch = (request: UpstreamRequest, ClientOf: typeof Client): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      if (isClosed) throw closed();
      try {
        const pool = poolFor(request, ClientOf);
        const exchange = new Exchange(request, rules, resolve, reject, pool);
        pool.dispatch(exchange.options, exchange);
      } catch (error) {
        reject(upstreamError(request.host, error));
      }
    });

  const dispatchBy = (request: UpstreamRequest, by: Dispatcher): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(request, rules, resolve, reject);
      const origin = originOf(request.host, request.port);
      // It may have limits of its own, which must not be shorter than that of this request.
      const headersTimeout = request.responseHeaderTimeoutMs ?? null;
      try {
        by.dispatch({ ...exchange.options, origin, headersTimeout }, exchange);
      } catch (error) {
        reject(upstreamError(request.host, error));
      }
    });

  const loaded = async (): Promise<typeof Client> => {
    ({ Client: ClientClass } = await import('undici'));
    return ClientClass;
  };

  return {
    send(request) {
      if (request.signal?.aborted) return Promise.reject(abortReason(request.signal));
      if (request.expectContinue === true) return expecting.send(request);
      if (o.dispatcher !== undefined) return dispatchBy(request, o.dispatcher);
      if (ClientClass !== undefined) return dispatch(request, ClientClass);
      return loaded().then((ClientOf) => dispatch(request, ClientOf));
    },
    async close() {
      isClosed = true;
      const open = [...pools.values()];
      await Promise.all([...open.map((pool) => pool.close()), expecting.close()]);
      pools.clear();
    },
    async destroy() {
      isClosed = true;
      const reason = closed();
      const open = [...pools.values()];
      await Promise.all([...open.map((pool) => pool.destroy(reason)), expecting.destroy()]);
      pools.clear();
    },
  };
}

function closed(): SigV4ProxyError {
  return new SigV4ProxyError('upstream', 'The proxy is closed.');
}

function originOf(host: string, port: number): string {
  return port === 443 ? `https://${host}` : `https://${host}:${port}`;
}

import { SigV4ProxyError } from '../errors.js';
import { loadPart } from '../load-part.js';
import type { ConnectorOptions } from './connector.js';
import type { UpstreamClientOptions } from './forward-request.js';
import type { UpstreamClient } from './upstream.js';

/** Options of {@link createLateUpstream}. */
export type LateUpstreamOptions = ConnectorOptions & Omit<UpstreamClientOptions, 'connector'>;

/**
 * The HTTP client of a proxy, which comes while the proxy is made: it is there by the first request, and a program that only
 * imports the proxy does not wait for it.
 *
 * @param o connections and limits
 */
export function createLateUpstream(o: LateUpstreamOptions): UpstreamClient {
  let now: UpstreamClient | undefined;
  let loading: Promise<UpstreamClient> | undefined;
  let closed = false;

  const open = async (): Promise<UpstreamClient> => {
    try {
      const [{ createUpstreamClient }, { createConnector }] = await loadPart(() =>
        Promise.all([import('./forward-request.js'), import('./connector.js')]),
      );
      if (closed) throw new SigV4ProxyError('upstream', 'The proxy is closed.');
      now = createUpstreamClient({ ...o, connector: createConnector(o) });
      return now;
    } catch (error) {
      // The next request tries again.
      loading = undefined;
      throw error;
    }
  };
  const client = (): Promise<UpstreamClient> => {
    loading ??= open();
    return loading;
  };
  client().catch(() => {});

  return {
    send: (request) =>
      now === undefined ? client().then((sender) => sender.send(request)) : now.send(request),
    async close() {
      closed = true;
      await now?.close();
    },
    async destroy() {
      closed = true;
      await now?.destroy();
    },
  };
}

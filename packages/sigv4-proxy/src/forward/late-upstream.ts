import { SigV4ProxyError } from '../errors.js';
import { loadPart } from '../load-part.js';
import { MAX_TIMER_MS, wholeNumber } from '../whole-number.js';
import type { ConnectorOptions } from './connector.js';
import type { UpstreamClientOptions } from './forward-request.js';
import type { UpstreamClient, UpstreamRequest } from './upstream.js';

/** Options of {@link createLateUpstream}. */
export interface LateUpstreamOptions
  extends ConnectorOptions,
    Omit<UpstreamClientOptions, 'connector'> {
  /** Milliseconds until the answers of a service have begun, by signing name. Default: as for all others. */
  readonly responseHeaderTimeoutMsOf?: Readonly<Record<string, number>> | undefined;
}

/**
 * The HTTP client of a proxy, which comes while the proxy is made: it is there by the first request, and a program that only
 * imports the proxy does not wait for it.
 *
 * @param o connections and limits
 * @throws SigV4ProxyError `invalid-option`
 */
export function createLateUpstream(o: LateUpstreamOptions): UpstreamClient {
  const timed = createTimer(o.responseHeaderTimeoutMsOf ?? {});
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
    send(request) {
      const asked = timed === undefined ? request : timed(request);
      return now === undefined ? client().then((sender) => sender.send(asked)) : now.send(asked);
    },
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

/** Gives requests the limit of their service; undefined when all have the same. */
function createTimer(
  limits: Readonly<Record<string, number>>,
): ((request: UpstreamRequest) => UpstreamRequest) | undefined {
  const known = new Map(Object.entries(limits));
  for (const [service, ms] of known) {
    wholeNumber(`responseHeaderTimeoutMsOf.${service}`, ms, 1, MAX_TIMER_MS);
  }
  if (known.size === 0) return undefined;
  return (request) => {
    const responseHeaderTimeoutMs = known.get(request.service ?? '');
    return responseHeaderTimeoutMs === undefined
      ? request
      : { ...request, responseHeaderTimeoutMs };
  };
}

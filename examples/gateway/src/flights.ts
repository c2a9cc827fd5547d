import { AsyncLocalStorage } from 'node:async_hooks';
import type { SigV4Proxy } from '@postern/sigv4-proxy';
import type { GatewaySession } from './sessions.js';

interface Flight {
  readonly abort: AbortController;
  session?: GatewaySession;
}

/** The proxied calls that are running, so that they can be cut when their session ends. */
export function createFlights() {
  const running = new Set<Flight>();
  const current = new AsyncLocalStorage<Flight>();
  return {
    /** The same proxy, watched. */
    watch: (proxy: SigV4Proxy): SigV4Proxy => ({
      ...proxy,
      async handle(request, { signal } = {}) {
        const flight: Flight = { abort: new AbortController() };
        const leave = () => flight.abort.abort(signal?.reason);
        signal?.addEventListener('abort', leave);
        running.add(flight);
        const land = () => {
          running.delete(flight);
          signal?.removeEventListener('abort', leave);
        };
        const options = { signal: flight.abort.signal };
        const answer = await current.run(flight, () => proxy.handle(request, options));
        if (answer.body === undefined || answer.body instanceof Uint8Array) land();
        else answer.body.once('close', land);
        return answer;
      },
    }),
    /** Says whose call is being handled; called from within `authenticate`. */
    claim(session: GatewaySession) {
      const flight = current.getStore();
      if (flight) flight.session = session;
    },
    /** Cuts the calls of the sessions that are chosen. */
    cut(isOver: (session: GatewaySession) => boolean) {
      for (const { session, abort } of running) {
        if (session && isOver(session)) abort.abort(new Error('The session has ended.'));
      }
    },
  };
}

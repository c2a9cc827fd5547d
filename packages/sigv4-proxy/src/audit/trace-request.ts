import { tracingChannel } from 'node:diagnostics_channel';

/** What subscribers of the tracing channel get with every event of a request. No secrets, but attacker-controlled texts. */
export interface RequestTrace {
  /** The id the client sees in `x-sigv4-proxy-request-id`. */
  readonly requestId: string;
  readonly method: string;
  readonly mode: string;
  /** The status of the answer; set from `asyncStart` on. */
  status?: number | undefined;
}

/** The name of the `node:diagnostics_channel` tracing channel that follows each request. */
export const REQUEST_CHANNEL = 'sigv4-proxy:request';

/** Runs requests inside the tracing channel. */
export interface RequestTracer {
  /** Whether anybody listens. Nobody has to be told of a request then. */
  readonly listening: boolean;
  run<T extends { readonly status: number }>(
    trace: RequestTrace,
    handle: () => Promise<T>,
  ): Promise<T>;
}

/** Opens the tracing channel. */
export function createRequestTracer(): RequestTracer {
  const channels = tracingChannel<RequestTrace>(REQUEST_CHANNEL);
  const { start, end, asyncStart, asyncEnd, error } = channels;
  return {
    get listening() {
      return (
        start.hasSubscribers ||
        end.hasSubscribers ||
        asyncStart.hasSubscribers ||
        asyncEnd.hasSubscribers ||
        error.hasSubscribers
      );
    },
    run: (trace, handle) =>
      channels.tracePromise(async () => {
        const answer = await handle();
        trace.status = answer.status;
        return answer;
      }, trace),
  };
}

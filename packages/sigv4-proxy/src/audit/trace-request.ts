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

/**
 * Makes a function that runs requests inside the tracing channel, at no cost while nobody listens.
 */
export function createRequestTracer(): <T extends { readonly status: number }>(
  trace: () => RequestTrace,
  run: () => Promise<T>,
) => Promise<T> {
  const channels = tracingChannel<RequestTrace>(REQUEST_CHANNEL);
  const { start, end, asyncStart, asyncEnd, error } = channels;
  return (trace, run) => {
    const listening =
      start.hasSubscribers ||
      end.hasSubscribers ||
      asyncStart.hasSubscribers ||
      asyncEnd.hasSubscribers ||
      error.hasSubscribers;
    if (!listening) return run();
    const context = trace();
    return channels.tracePromise(async () => {
      const answer = await run();
      context.status = answer.status;
      return answer;
    }, context);
  };
}

import type { AbortLike } from './abort-like.js';
import { createRequestTracer } from './audit/trace-request.js';
import { SigV4ProxyError } from './errors.js';
import { isForeignProxy } from './forward/check-head.js';
import { createLateUpstream } from './forward/late-upstream.js';
import { answerError } from './handle/answer-error.js';
import type { ExchangedUrl } from './handle/exchange-presigned.js';
import { createRequestFlow } from './handle/request-flow.js';
import { requestOfUrl } from './handle/request-of-url.js';
import { RequestRecord } from './handle/request-record.js';
import { settleRequest } from './handle/settle-request.js';
import { toProxyError } from './handle/to-proxy-error.js';
import { WHOLE_BODY_BYTES } from './limits.js';
import type { SigV4ProxyMetrics } from './metrics.js';
import type { ClientSession, SigV4ProxyOptions } from './options.js';
import type { ProxyRequest } from './request.js';
import type { ProxyResponse } from './response.js';
import { createRuntime, type ProxyRuntime } from './runtime.js';
import { wholeNumber } from './whole-number.js';

/** A running proxy, without any listener of its own: adapters feed it. */
export interface SigV4Proxy {
  /**
   * Handles one request: verifies, decides, signs, forwards. Never rejects: whatever goes wrong becomes an answer in the
   * client's wire format, and an audit event.
   *
   * @param request raw, as an adapter received it
   * @param o `signal`: the client has left; the upstream request ends with it
   */
  handle(
    request: ProxyRequest,
    o?: { readonly signal?: AbortLike | undefined },
  ): Promise<ProxyResponse>;
  /**
   * Makes a URL that was presigned with a local key work without the proxy: verified, decided and presigned again with the
   * role's credentials. Needs `presignExchange`. The result is a bearer secret.
   *
   * @param url as the client's tool printed it
   * @param o `method` it was presigned for, default `GET`; `headers` besides Host that are signed with it, such as `x-k8s-aws-id` of
   *   `eks get-token`, which whoever uses the URL has to send; `listener` and `clientAddress` as in requests
   * @throws SigV4ProxyError why it is not exchanged
   */
  exchangePresignedUrl(
    url: string,
    o?: Partial<Pick<ProxyRequest, 'method' | 'headers' | 'clientAddress' | 'listener'>>,
  ): Promise<ExchangedUrl>;
  /**
   * Answers a request that an adapter could not read as HTTP, and sees to its audit event; nothing of it is handled.
   *
   * @param status what the client sees, where that is not the error's own
   * @internal
   */
  refuse(request: ProxyRequest, error: SigV4ProxyError, status?: number): Promise<ProxyResponse>;
  /** The counters as they stand. */
  metrics(): SigV4ProxyMetrics;
  /**
   * Forgets everything that was made for an access key: signing keys and vended credentials. Call it on revocation and
   * rotation; `authenticate` must answer accordingly from then on. With a `sessionStore` the key is revoked in all processes.
   *
   * @returns done here before it returns; when it comes back, the store has taken it. Rejects when the store does not
   */
  forget(accessKeyId: string): Promise<void>;
  /**
   * Refuses new requests, waits for those in flight and for the audit sink, closes the connections to AWS.
   *
   * @param o `graceMs`: how long to wait before requests in flight are cut, and again for the audit sink. Default 10,000
   */
  close(o?: { readonly graceMs?: number | undefined }): Promise<void>;
  /** What adapters share with the proxy. */
  readonly runtime: ProxyRuntime;
}

/**
 * Makes the core of a re-signing proxy for AWS. Requests signed with the embedder's throw-away keys come in; the same requests,
 * signed with credentials of an allowed role, go out; the answers stream back.
 *
 * @param o who is who, what is allowed, whose credentials; everything else has a default
 * @throws SigV4ProxyError `invalid-option`
 * @example
 * ```ts
 * const proxy = createSigV4Proxy({
 *   authenticate: async () => undefined, // the secret and session of an access key you issued
 *   authorize: async ({ service }) => ({ decision: service === 's3' ? 'allow' : 'deny' }),
 *   credentials: async () => ({ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'from STS' }),
 * });
 * ```
 */
export function createSigV4Proxy<Session extends ClientSession = ClientSession>(
  o: SigV4ProxyOptions<Session>,
): SigV4Proxy {
  const runtime = createRuntime(o);
  const { limits, counters } = runtime;
  const upstream = createLateUpstream({
    connect: o.connect,
    lookup: o.lookup,
    ca: o.upstreamCa,
    dispatcher: o.dispatcher,
    wholeResponseBytes: WHOLE_BODY_BYTES,
    connectTimeoutMs: limits.connectTimeoutMs,
    responseHeaderTimeoutMs: limits.responseHeaderTimeoutMs,
    responseHeaderTimeoutMsOf: o.responseHeaderTimeoutMsOf,
    continueTimeoutMs: limits.continueTimeoutMs,
    idleTimeoutMs: limits.idleTimeoutMs,
    maxConnections: limits.maxConnections,
    maxForsaken: limits.maxRequestsPerIdentity,
  });
  const flow = createRequestFlow(o, runtime, upstream);
  const idle = new Set<() => void>();
  const tracer = createRequestTracer();
  let closing = false;

  const release = (record: RequestRecord): void => {
    flow.release(record);
    counters.active -= 1;
    if (counters.active === 0) for (const done of idle) done();
  };

  const refuse = (record: RequestRecord, error: unknown): Promise<ProxyResponse> => {
    const shown = toProxyError(error);
    record.error = shown;
    if (shown.code === 'session-expired' && record.accessKeyId !== undefined) {
      flow.wipe(record.accessKeyId);
    }
    if (shown.code === 'internal') runtime.logger?.error('A request failed.', shown);
    else if (isForeignProxy(shown)) runtime.logger?.warn(shown.message);
    return answerError(runtime, record, shown);
  };

  const handle = async (
    record: RequestRecord,
    signal: AbortLike | undefined,
  ): Promise<ProxyResponse> => {
    counters.active += 1;
    let answer: ProxyResponse;
    try {
      if (closing) throw busy('The proxy is shutting down: try again.');
      if (counters.active > limits.maxConcurrentRequests) {
        throw busy(`More than ${limits.maxConcurrentRequests} requests are running: try again.`);
      }
      answer = await flow.run(record, signal);
    } catch (error) {
      answer = await refuse(record, error);
    }
    return settleRequest(runtime, record, answer, release);
  };

  return {
    runtime,
    handle(request, { signal } = {}) {
      const record = new RequestRecord(runtime, request);
      if (!tracer.listening) return handle(record, signal);
      const { method, mode } = request;
      return tracer.run({ requestId: record.id, method, mode }, () => handle(record, signal));
    },
    async exchangePresignedUrl(
      url,
      { method = 'GET', headers = [], clientAddress, listener } = {},
    ) {
      const record = new RequestRecord(
        runtime,
        requestOfUrl(url, { method, headers, clientAddress, listener }),
      );
      try {
        const exchanged = await flow.exchange(record);
        const event = record.toEvent(runtime.clock());
        await runtime.audit.write({ ...event, type: 'aws.credentials.issued' });
        return exchanged;
      } catch (error) {
        record.error ??= toProxyError(error);
        await runtime.audit.write(record.toEvent(runtime.clock()));
        throw record.error;
      }
    },
    async refuse(request, error, status) {
      const record = new RequestRecord(runtime, request);
      counters.active += 1;
      const typed = await refuse(record, error);
      const answer = status === undefined ? typed : { ...typed, status };
      return settleRequest(runtime, record, answer, release);
    },
    metrics: () => counters.snapshot(runtime.audit.lost),
    forget: (accessKeyId) => flow.forget(accessKeyId),
    async close({ graceMs = 10_000 } = {}) {
      wholeNumber('graceMs', graceMs, 0);
      closing = true;
      await waitUntilIdle(counters, idle, graceMs);
      await upstream.destroy();
      flow.clear();
      await atMost(graceMs, runtime.audit.flush());
    },
  };
}

function busy(message: string): SigV4ProxyError {
  return new SigV4ProxyError('upstream', message);
}

/** Waits for something that may never happen. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function waitUntilIdle(
  counters: { readonly active: number },
  idle: Set<() => void>,
  graceMs: number,
): Promise<void> {
  if (counters.active === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      idle.delete(done);
      resolve();
    };
    const timer = setTimeout(done, graceMs);
    idle.add(done);
  });
}

import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SigV4ProxyError } from '../errors.js';
import { abortReason } from './abort-reason.js';
import { type AnswerHead, checkHead, isEncrypted } from './check-head.js';
import type { Connector } from './connector.js';
import type {
  UpstreamClient,
  UpstreamLimits,
  UpstreamRequest,
  UpstreamResponse,
} from './upstream.js';
import { upstreamError } from './upstream-error.js';
import { Watchdog } from './watchdog.js';

/** `node:http` over connections that a connector opens (TLS included), kept alive per host and identity. */
class ConnectorAgent extends Agent {
  readonly #connector: Connector;

  constructor(connector: Connector, limits: UpstreamLimits) {
    super({
      keepAlive: true,
      maxSockets: limits.maxConnections,
      maxFreeSockets: 16,
      timeout: 30_000,
    });
    this.#connector = connector;
  }

  override getName(options: { host?: string; port?: number; poolKey?: string } = {}): string {
    return `${options.poolKey ?? ''} ${options.host ?? ''}:${options.port ?? ''}`;
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    this.#connector(options.host ?? '', Number(options.port)).then(
      (socket) => callback?.(null, socket),
      // Agents pass the error on and look at nothing else then; the types want a socket all the same.
      (error: Error) => callback?.(error, undefined as unknown as Duplex),
    );
  }
}

/**
 * The client for requests with `Expect: 100-continue`: the headers go first, the body is read only when AWS asks for it (or
 * stays silent for a second), and a final answer before that is relayed without one body byte being read.
 *
 * @param o connections and limits
 */
export function createExpectClient(
  o: UpstreamLimits & { readonly connector: Connector },
): UpstreamClient {
  const agent = new ConnectorAgent(o.connector, o);
  const send = (request: UpstreamRequest): Promise<UpstreamResponse> =>
    new Promise((resolve, reject) => {
      const flat = ['expect', '100-continue', ...request.headers];
      const outgoing = httpRequest({
        agent,
        host: request.host,
        port: request.port,
        method: request.method,
        path: request.target,
        headers: flat,
        setHost: false,
        // The agent's getName reads it: identities do not share connections.
        ...{ poolKey: request.poolKey },
      });
      const onSignal = (): void => {
        outgoing.destroy(abortReason(request.signal));
      };
      request.signal?.addEventListener('abort', onSignal);
      const timer = setTimeout(proceed, o.continueTimeoutMs);
      // Runs while AWS has to do something: answer, take more of the body, or send more of its own. A long upload is no silence.
      const watch = new Watchdog((ms) =>
        outgoing.destroy(new Error(`AWS stood still for ${ms} ms.`)),
      );
      const headerMs = request.responseHeaderTimeoutMs ?? o.responseHeaderTimeoutMs;
      watch.expect(headerMs);
      let begun = false;
      let answered = false;
      let bodyError: unknown;
      const settle = (): void => {
        clearTimeout(timer);
        watch.stop();
      };
      function proceed(): void {
        if (begun || outgoing.destroyed) return;
        begun = true;
        clearTimeout(timer);
        request.onContinue?.();
        writeBody(outgoing, request.body, watch, o.idleTimeoutMs, headerMs).catch(
          (error: unknown) => {
            bodyError = error;
            outgoing.destroy(error instanceof Error ? error : undefined);
          },
        );
      }
      outgoing.flushHeaders();
      outgoing.on('continue', proceed);
      outgoing.on('response', (response) => {
        settle();
        const head = headOf(request, response);
        const fault = checkHead(request.host, head);
        if (fault !== undefined) {
          fail(fault);
          outgoing.destroy();
          return;
        }
        answered = true;
        const bodyUnread = !begun;
        begun = true;
        // AWS has not asked for the body, so this connection can carry no second request.
        if (bodyUnread || !outgoing.writableFinished)
          response.once('end', () => outgoing.destroy());
        response.once('close', () => request.signal?.removeEventListener('abort', onSignal));
        watchResponse(response, request.host, o.idleTimeoutMs);
        // It may fail before anybody else listens; whoever reads it then sees that.
        response.on('error', () => {});
        resolve(toResponse(request, response, head));
      });
      const fail = (error: Error): void => {
        settle();
        request.signal?.removeEventListener('abort', onSignal);
        if (bodyError !== undefined) reject(bodyError);
        else if (request.signal?.aborted) reject(abortReason(request.signal));
        else reject(error instanceof SigV4ProxyError ? error : upstreamError(request.host, error));
      };
      outgoing.on('error', fail);
      // A change of protocols that nobody asked for ends without an error. After an answer this does nothing any more.
      outgoing.once('close', () => {
        if (!answered) fail(new Error('AWS left without an answer.'));
      });
    });
  return {
    send,
    async close() {
      agent.destroy();
    },
    async destroy() {
      agent.destroy();
    },
  };
}

function headOf({ method }: UpstreamRequest, response: IncomingMessage): AnswerHead {
  const { statusCode: status = 0, headers, socket } = response;
  return {
    status,
    isEmpty: method === 'HEAD' || status === 204 || status === 304,
    isFramed: (headers['content-length'] ?? headers['transfer-encoding']) !== undefined,
    isEncrypted: isEncrypted(socket),
  };
}

function toResponse(
  request: UpstreamRequest,
  response: IncomingMessage,
  { status, isEmpty }: AnswerHead,
): UpstreamResponse {
  if (isEmpty) response.resume();
  const { counter } = request;
  if (counter !== undefined) {
    const push = response.push.bind(response);
    // Counts without a 'data' listener, which would start the flow before anybody reads.
    response.push = (chunk: unknown, encoding) => {
      if (chunk instanceof Uint8Array) counter.bytesOut += chunk.length;
      return push(chunk, encoding);
    };
  }
  return {
    status,
    headers: response.rawHeaders,
    body: isEmpty ? undefined : response,
    trailers: () => response.rawTrailers,
  };
}

async function writeBody(
  outgoing: ClientRequest,
  body: UpstreamRequest['body'],
  watch: Watchdog,
  idleMs: number,
  headerMs: number,
): Promise<void> {
  watch.rest();
  if (body !== undefined && !(body instanceof Uint8Array)) {
    for await (const chunk of body) {
      if (outgoing.destroyed) return;
      if (outgoing.write(chunk)) continue;
      watch.expect(idleMs);
      await drained(outgoing);
      watch.rest();
    }
  }
  watch.expect(headerMs);
  outgoing.end(body instanceof Uint8Array ? body : undefined);
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
  });
}

/** Cuts a response whose next bytes do not come. Bytes that nobody has read yet do not count against AWS. */
function watchResponse(response: IncomingMessage, host: string, idleTimeoutMs: number): void {
  const watch = new Watchdog((ms) => {
    if (response.readableLength > 0) watch.expect(ms);
    else response.destroy(upstreamError(host, new Error(`AWS stood still for ${ms} ms.`)));
  });
  const push = response.push.bind(response);
  // Not a 'data' listener, which would start the flow before anybody reads.
  response.push = (chunk: unknown, encoding) => {
    if (chunk === null) watch.stop();
    else watch.expect(idleTimeoutMs);
    return push(chunk, encoding);
  };
  watch.expect(idleTimeoutMs);
  response.once('close', () => watch.stop());
}

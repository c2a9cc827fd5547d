import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import type { Timed, TimeoutList } from '../timeout-list.js';
import { abortReason } from './abort-reason.js';
import { checkHead } from './check-head.js';
import { decodeHead } from './decode-head.js';
import type { ExchangeRules } from './exchange-rules.js';
import type { HostConnections } from './host-connections.js';
import { ResponseBody } from './response-body.js';
import type { UpstreamRequest, UpstreamResponse } from './upstream.js';
import { upstreamError } from './upstream-error.js';

const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/**
 * One request through undici, in its native callback form, which keeps raw headers and costs nothing per header. A response
 * whose content length is small is collected and handed over whole. It keeps its own time: undici would make several timers for
 * every request.
 */
export class Exchange implements Dispatcher.DispatchHandler, Timed {
  list: TimeoutList | undefined;
  before: Timed | undefined;
  after: Timed | undefined;
  tick = 0;
  readonly #request: UpstreamRequest;
  readonly #rules: ExchangeRules;
  readonly #heads: TimeoutList;
  readonly #resolve: (response: UpstreamResponse) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onSignal = (): void => this.#onLeave(abortReason(this.#request.signal));
  readonly #queue: Pick<HostConnections, 'forget' | 'isEncrypted'> | undefined;
  #abort: ((reason: Error) => void) | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #headers: string[] = [];
  #trailers: readonly string[] = [];
  #expected = -1;
  #parts: Buffer[] = [];
  #body: ResponseBody | undefined;
  #bodyError: unknown;
  /** Whether the client is to send more of its body, which is no fault of AWS. */
  #asksClient = false;
  /** Whether nobody reads the answer, so that undici does not either. */
  #isPaused = false;
  /** Whether the client has left, and only the connection still wants the answer. */
  #isForsaken = false;

  /** @param queue where the request may have to wait for a connection */
  constructor(
    request: UpstreamRequest,
    rules: ExchangeRules,
    resolve: (response: UpstreamResponse) => void,
    reject: (error: unknown) => void,
    queue?: Pick<HostConnections, 'forget' | 'isEncrypted'>,
  ) {
    this.#heads = rules.headsWithin(request.responseHeaderTimeoutMs);
    this.#queue = queue;
    this.#request = request;
    this.#rules = rules;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener('abort', this.#onSignal);
  }

  /** The request, as undici takes it. */
  get options(): Dispatcher.DispatchOptions {
    const { target: path, method, headers } = this.#request;
    return {
      path,
      method,
      // undici reads the list and does not keep it.
      headers: headers as string[],
      // An async iterable is what undici takes as well; its types name only some of them.
      body: this.#sent as Buffer | null,
      // undici gives a connection up after HEAD, in case a host sends a body all the same. AWS does not, and a handshake is dear;
      // bytes that nobody asked for end an idle connection before it is used again.
      reset: false,
    };
  }

  /** The body iterable to send: the request's own, with its failure kept apart from failures of the connection. */
  get #sent(): Uint8Array | AsyncIterable<Uint8Array> | null {
    const { body } = this.#request;
    if (body === undefined || body instanceof Uint8Array) return body ?? null;
    return this.#watched(body);
  }

  async *#watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      this.#asksClient = true;
      for await (const piece of body) {
        this.#moveOn(false);
        yield piece;
        this.#moveOn(true);
      }
      this.#moveOn(false);
    } catch (error) {
      this.#bodyError = error;
      throw error;
    }
  }

  /** A piece of the body has come, or has gone: whoever waited for that waits for something else from now on. */
  #moveOn(asksClient: boolean): void {
    this.#asksClient = asksClient;
    if (this.list === this.#heads) this.#heads.add(this);
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#aborted !== undefined) abort(this.#aborted);
    else if (this.#request.signal?.aborted === true) abort(abortReason(this.#request.signal));
    else this.#heads.add(this);
  }

  onHeaders(status: number, raw: readonly (Buffer | string)[], resume: () => void): boolean {
    // Whatever comes before the answer does not put its end off.
    if (status < 200) return true;
    if (!this.#isForsaken) this.#rules.bodies.add(this);
    this.#status = status;
    const { headers, length, isChunked } = decodeHead(raw);
    this.#headers = headers;
    this.#expected = length;
    const { method } = this.#request;
    const isEmpty = method === 'HEAD' || status === 204 || status === 304;
    const isFramed = length >= 0 || isChunked;
    if (status === 407 || !isFramed) {
      const isEncrypted = this.#queue?.isEncrypted ?? false;
      const fault = checkHead(this.#request.host, { status, isEmpty, isFramed, isEncrypted });
      if (fault !== undefined) {
        this.#cut(fault);
        return true;
      }
    }
    if (isEmpty || (length >= 0 && length <= this.#rules.wholeBytes)) return true;
    if (this.#isForsaken) {
      this.#cut(abortReason(this.#request.signal));
      return true;
    }
    const goOn = (): void => {
      this.#isPaused = false;
      if (this.list !== undefined) this.#rules.bodies.add(this);
      resume();
    };
    this.#body = new ResponseBody(goOn, (reason) => this.#cut(reason));
    // It may fail before anybody else listens; whoever reads it then sees that.
    this.#body.on('error', () => {});
    this.#respond(this.#body);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#isForsaken) return true;
    const { counter } = this.#request;
    if (counter !== undefined) counter.bytesOut += chunk.length;
    if (this.#body === undefined) {
      this.#parts.push(chunk);
      return true;
    }
    this.#rules.bodies.add(this);
    this.#isPaused = !this.#body.push(chunk);
    return !this.#isPaused;
  }

  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#release();
    if (trailers !== null && trailers.length > 0) this.#trailers = decodeHead(trailers).headers;
    if (this.#body !== undefined) {
      this.#body.push(null);
      return;
    }
    const [first] = this.#parts;
    this.#respond(this.#parts.length > 1 ? Buffer.concat(this.#parts) : first);
  }

  onError(error: Error): void {
    // undici compares the length with a body that a 304 does not have (RFC 9110, section 8.6).
    if (this.#status === 304 && Reflect.get(error, 'code') === LENGTH_MISMATCH) {
      this.onComplete(null);
      return;
    }
    this.#release();
    const shown =
      this.#bodyError ??
      this.#aborted ??
      (error instanceof SigV4ProxyError ? error : upstreamError(this.#request.host, error));
    if (this.#body !== undefined) {
      this.#body.destroy(shown instanceof Error ? shown : error);
    } else {
      this.#reject(shown);
    }
  }

  #respond(body: Uint8Array | Readable | undefined): void {
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: body ?? (this.#expected === 0 ? new Uint8Array(0) : undefined),
      trailers: () => this.#trailers,
    });
  }

  /**
   * The client has left. What has gone out whole is answered in any case, and a short answer is soon there: it is waited for, so that
   * the connection stays. To open another one would cost as much as many requests, and clients leave in crowds.
   */
  #onLeave(reason: Error): void {
    const { body } = this.#request;
    const isOut = body === undefined || body instanceof Uint8Array;
    if (this.#abort === undefined || this.#queue === undefined || !isOut || this.#body) {
      this.#cut(reason);
      return;
    }
    this.#isForsaken = true;
    this.#rules.forsaken.add(this);
    this.#reject(reason);
  }

  #cut(reason: Error): void {
    this.#aborted ??= reason;
    if (this.#abort !== undefined) this.#abort(reason);
    // A connection may be long in coming. Should it come, `onConnect` stops the request there.
    else if (this.#queue !== undefined) {
      this.#queue.forget(this);
      this.onError(reason);
    }
  }

  /** AWS has not done in time what it has to do; but while a client or a reader is what is slow, it has nothing to do. */
  onTimeout(ms: number): void {
    const isBegun = this.#status !== 0;
    if (this.#isForsaken) {
      this.#cut(abortReason(this.#request.signal));
      return;
    }
    if (isBegun ? this.#isPaused : this.#asksClient) {
      (isBegun ? this.#rules.bodies : this.#heads).add(this);
      return;
    }
    const what = isBegun ? `stood still for ${ms} ms` : `did not begin to answer within ${ms} ms`;
    this.#cut(upstreamError(this.#request.host, new Error(`AWS ${what}.`)));
  }

  #release(): void {
    this.list?.remove(this);
    this.#request.signal?.removeEventListener('abort', this.#onSignal);
  }
}

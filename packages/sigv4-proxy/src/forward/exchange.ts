import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import type { Timed, TimeoutList } from '../timeout-list.js';
import { abortReason } from './abort-reason.js';
import { checkHead } from './check-head.js';
import { decodeHead } from './decode-head.js';
import type { ExchangeRules } from './exchange-rules.js';
import type { Leaver } from './forsaken.js';
import type { HostConnections } from './host-connections.js';
import { ResponseBody } from './response-body.js';
import { SentBody } from './sent-body.js';
import type { UpstreamRequest, UpstreamResponse } from './upstream.js';
import { upstreamError } from './upstream-error.js';

/** Where a request may have to wait for a connection. */
type Queue = Pick<HostConnections, 'forget' | 'forsaken' | 'isEncrypted' | 'isFull'>;

const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/**
 * One request through undici, in its native callback form, which keeps raw headers and costs nothing per header. A response
 * whose content length is small is collected and handed over whole. It keeps its own time: undici would make several timers for
 * every request.
 */
export class Exchange implements Dispatcher.DispatchHandler, Timed, Leaver {
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
  readonly #queue: Queue | undefined;
  /** The body of the request, where it streams. */
  readonly #sent: SentBody | undefined;
  #abort: ((reason: Error) => void) | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #headers: string[] = [];
  #trailers: readonly string[] = [];
  #expected = -1;
  #parts: Buffer[] = [];
  #body: ResponseBody | undefined;
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
    queue?: Queue,
  ) {
    this.#heads = rules.headsWithin(request.responseHeaderTimeoutMs);
    this.#queue = queue;
    this.#request = request;
    const { body } = request;
    const isWhole = body === undefined || body instanceof Uint8Array;
    this.#sent = isWhole ? undefined : new SentBody(body, this);
    this.#rules = rules;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener('abort', this.#onSignal);
  }

  /** The request, as undici takes it. */
  get options(): Dispatcher.DispatchOptions {
    const { target: path, method, headers, body } = this.#request;
    return {
      path,
      method,
      // undici reads the list and does not keep it.
      headers: headers as string[],
      // An async iterable is what undici takes as well; its types name only some of them.
      body: (this.#sent ?? body ?? null) as Buffer | null,
      // undici gives a connection up after HEAD, in case a host sends a body all the same. AWS does not, and a handshake is dear;
      // bytes that nobody asked for end an idle connection before it is used again.
      reset: false,
    };
  }

  onMove(): void {
    if (this.list === this.#heads) this.#heads.add(this);
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#aborted !== undefined) abort(this.#aborted);
    else if (this.#request.signal?.aborted === true) abort(abortReason(this.#request.signal));
    else if (this.#queue !== undefined) this.#heads.add(this);
  }

  onHeaders(status: number, raw: readonly (Buffer | string)[], resume: () => void): boolean {
    // Whatever comes before the answer does not put its end off.
    if (status < 200) {
      // Another dispatcher may begin to wait anew with each of them.
      if (this.list === undefined) this.#heads.add(this);
      return true;
    }
    this.#waitForMore();
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
      this.cut();
      return true;
    }
    const goOn = (): void => {
      this.#isPaused = false;
      if (this.list !== undefined) this.#waitForMore();
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
    this.#waitForMore();
    if (this.#body === undefined) {
      this.#parts.push(chunk);
      return true;
    }
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
      this.#sent?.error ??
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

  /** The client has left. What has gone out whole is answered in any case. */
  #onLeave(reason: Error): void {
    const isOut = this.#abort !== undefined && this.#sent === undefined && this.#body === undefined;
    const queue = this.#queue;
    if (!isOut || queue === undefined || queue.isFull || !queue.forsaken.add(this)) {
      this.#cut(reason);
      return;
    }
    this.#isForsaken = true;
    this.#rules.forsaken.add(this);
    this.#reject(reason);
  }

  cut(): void {
    this.#cut(abortReason(this.#request.signal));
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
      this.cut();
      return;
    }
    if (isBegun ? this.#isPaused : this.#sent?.asksClient) {
      (isBegun ? this.#rules.bodies : this.#heads).add(this);
      return;
    }
    const what = isBegun ? `stood still for ${ms} ms` : `did not begin to answer within ${ms} ms`;
    this.#cut(upstreamError(this.#request.host, new Error(`AWS ${what}.`)));
  }

  /** Another dispatcher keeps this time by itself, and who has no client has a limit of its own. */
  #waitForMore(): void {
    if (this.#isForsaken) return;
    if (this.#queue !== undefined) this.#rules.bodies.add(this);
    else this.list?.remove(this);
  }

  #release(): void {
    this.list?.remove(this);
    if (this.#isForsaken) this.#queue?.forsaken.remove(this);
    this.#request.signal?.removeEventListener('abort', this.#onSignal);
  }
}

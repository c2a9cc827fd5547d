import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SigV4ProxyError } from '../errors.js';
import { abortReason } from './abort-reason.js';
import { checkHead } from './check-head.js';
import type { HostConnections } from './host-connections.js';
import type { UpstreamLimits, UpstreamRequest, UpstreamResponse } from './upstream.js';
import { upstreamError } from './upstream-error.js';

const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/** A response body that pauses the connection while nobody reads, and cuts it when the reader leaves. */
class ResponseBody extends Readable {
  readonly #resume: () => void;
  readonly #abort: (reason: Error) => void;

  constructor(resume: () => void, abort: (reason: Error) => void) {
    super({ highWaterMark: 64 * 1024 });
    this.#resume = resume;
    this.#abort = abort;
  }

  override _read(): void {
    this.#resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.readableEnded) this.#abort(error ?? new Error('The reader left.'));
    callback(error);
  }
}

/**
 * One request through undici, in its native callback form, which keeps raw headers and costs nothing per header. A response
 * whose content length is small is collected and handed over whole.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: UpstreamRequest;
  readonly #wholeBytes: number;
  readonly #resolve: (response: UpstreamResponse) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onSignal = (): void => this.#cut(abortReason(this.#request.signal));
  readonly #queue: Pick<HostConnections, 'forget' | 'isEncrypted'> | undefined;
  readonly #headerMs: number;
  #abort: ((reason: Error) => void) | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #headers: string[] = [];
  #trailers: readonly string[] = [];
  #expected = -1;
  #parts: Buffer[] = [];
  #body: ResponseBody | undefined;
  #bodyError: unknown;
  /** Set while informational answers hold back the real one. */
  #late: ReturnType<typeof setTimeout> | undefined;
  #sentPieces = 0;
  #piecesBefore = 0;
  #isSent = false;

  /** @param queue where the request may have to wait for a connection */
  constructor(
    request: UpstreamRequest,
    limits: Pick<UpstreamLimits, 'wholeResponseBytes' | 'responseHeaderTimeoutMs'>,
    resolve: (response: UpstreamResponse) => void,
    reject: (error: unknown) => void,
    queue?: Pick<HostConnections, 'forget' | 'isEncrypted'>,
  ) {
    this.#headerMs = request.responseHeaderTimeoutMs ?? limits.responseHeaderTimeoutMs;
    this.#queue = queue;
    this.#request = request;
    this.#wholeBytes = limits.wholeResponseBytes;
    this.#resolve = resolve;
    this.#reject = reject;
    request.signal?.addEventListener('abort', this.#onSignal);
  }

  /** The request, as undici takes it. */
  get options(): Dispatcher.DispatchOptions {
    const { target: path, method, headers, responseHeaderTimeoutMs } = this.#request;
    return {
      path,
      method,
      // undici reads the list and does not keep it.
      headers: headers as string[],
      // An async iterable is what undici takes as well; its types name only some of them.
      body: this.#sent as Buffer | null,
      headersTimeout: responseHeaderTimeoutMs ?? null,
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
      for await (const piece of body) {
        this.#sentPieces += 1;
        yield piece;
      }
      this.#isSent = true;
    } catch (error) {
      this.#bodyError = error;
      throw error;
    }
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#aborted !== undefined) abort(this.#aborted);
    else if (this.#request.signal?.aborted === true) abort(abortReason(this.#request.signal));
  }

  onHeaders(status: number, raw: readonly (Buffer | string)[], resume: () => void): boolean {
    if (status < 200) {
      // Each of these lets undici wait from the start.
      this.#late ??= setTimeout(() => this.#onLate(), this.#headerMs);
      return true;
    }
    clearTimeout(this.#late);
    this.#status = status;
    const headers = new Array<string>(raw.length);
    let length = -1;
    let isChunked = false;
    for (let i = 0; i < raw.length; i += 2) {
      const name = text(raw[i]);
      const value = text(raw[i + 1]);
      headers[i] = name;
      headers[i + 1] = value;
      if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
      else if (name.length === 17) isChunked ||= name.toLowerCase() === 'transfer-encoding';
    }
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
    if (isEmpty || (length >= 0 && length <= this.#wholeBytes)) return true;
    this.#body = new ResponseBody(resume, (reason) => this.#cut(reason));
    // It may fail before anybody else listens; whoever reads it then sees that.
    this.#body.on('error', () => {});
    this.#respond(this.#body);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#request.onResponseBytes?.(chunk.length);
    if (this.#body !== undefined) return this.#body.push(chunk);
    this.#parts.push(chunk);
    return true;
  }

  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    this.#release();
    if (trailers !== null && trailers.length > 0) this.#trailers = trailers.map(text);
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

  #cut(reason: Error): void {
    this.#aborted ??= reason;
    if (this.#abort !== undefined) this.#abort(reason);
    // A connection may be long in coming. Should it come, `onConnect` stops the request there.
    else if (this.#queue !== undefined) {
      this.#queue.forget(this);
      this.onError(reason);
    }
  }

  /** The answer has not begun in time, whatever came before it; but a body that is still on its way is waited for. */
  #onLate(): void {
    const { body } = this.#request;
    const isSending = body !== undefined && !(body instanceof Uint8Array) && !this.#isSent;
    if (isSending && this.#sentPieces > this.#piecesBefore) {
      this.#piecesBefore = this.#sentPieces;
      this.#late = setTimeout(() => this.#onLate(), this.#headerMs);
      return;
    }
    const cause = new Error(`AWS did not begin to answer within ${this.#headerMs} ms.`);
    this.#cut(upstreamError(this.#request.host, cause));
  }

  #release(): void {
    clearTimeout(this.#late);
    this.#request.signal?.removeEventListener('abort', this.#onSignal);
  }
}

function text(value: Buffer | string | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}

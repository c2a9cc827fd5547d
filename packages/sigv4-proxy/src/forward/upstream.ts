import type { Duplex, Readable } from 'node:stream';
import type { AbortLike } from '../abort-like.js';

/** A signed request on its way to AWS. */
export interface UpstreamRequest {
  /** The AWS host; also the name its certificate must carry. */
  readonly host: string;
  /** The port, 443 but for a few configured hosts. */
  readonly port: number;
  readonly method: string;
  /** The raw request target in origin form; nothing on the way may normalise it. */
  readonly target: string;
  /** Names and values in turn, as `writeHead` and undici take them. */
  readonly headers: readonly string[];
  /** The whole body, a stream of it, or none. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Send `Expect: 100-continue` and read the body only when AWS asks for it. */
  readonly expectContinue?: boolean | undefined;
  /** Called when AWS, or the fallback timer, lets the body go ahead. */
  readonly onContinue?: (() => void) | undefined;
  /** Where the bytes of the response body are added up as they arrive. */
  readonly counter?: { bytesOut: number } | undefined;
  /** Signing name of the service, where it is known: some take longer to answer. */
  readonly service?: string | undefined;
  /** Milliseconds until the answer has begun. Default: the limit of the client. */
  readonly responseHeaderTimeoutMs?: number | undefined;
  /** Whose connections to use: requests of different identities never share one. */
  readonly poolKey: string;
  /** Ends the request and its connection. */
  readonly signal?: AbortLike | undefined;
}

/** What AWS answered. */
export interface UpstreamResponse {
  readonly status: number;
  /** Names and values in turn, in the order and case of arrival. */
  readonly headers: readonly string[];
  /** A short body whole, a longer one as a stream; undefined where the message has none. */
  readonly body: Uint8Array | Readable | undefined;
  /** Trailers, names and values in turn; complete when the body has ended. */
  trailers(): readonly string[];
}

/** Sends requests to AWS: the seam between the proxy and its HTTP client. */
export interface UpstreamClient {
  /**
   * Sends one request.
   *
   * @throws SigV4ProxyError `upstream` when AWS cannot be reached or breaks off, `blocked-address` when its name leads
   * somewhere it must not; errors of the request body come out as they are
   */
  send(request: UpstreamRequest): Promise<UpstreamResponse>;
  /** Waits for the requests in flight, then closes all connections; `destroy` cuts them. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * Opens the connection on which HTTP is spoken to an AWS host. The socket it gives is used as it is, so it decides about TLS.
 * A hook for tests, demos and interface endpoints reached through a forwarder: Host and signatures stay those of AWS.
 */
export type ConnectUpstream = (target: {
  readonly host: string;
  readonly port: number;
}) => Duplex | Promise<Duplex>;

/** Limits of the way to AWS, milliseconds and bytes. */
export interface UpstreamLimits {
  readonly connectTimeoutMs: number;
  readonly responseHeaderTimeoutMs: number;
  /** How long AWS may stay silent about an `Expect` before the body goes out anyway (RFC 9110, 10.1.1). */
  readonly continueTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Responses with a content length up to this are handed over whole. */
  readonly wholeResponseBytes: number;
  /** Connections per host and identity. */
  readonly maxConnections: number;
  /** Requests per host and identity that are waited for without a client, so that their connections stay. */
  readonly maxForsaken: number;
}

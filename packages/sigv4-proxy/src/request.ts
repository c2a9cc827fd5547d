/** One header as it arrived: the name's case, the value's blanks and the order are kept. */
export type HeaderPair = readonly [name: string, value: string];

/** The header list of a message; repeated names stay separate entries in order of arrival. */
export type HeaderList = readonly HeaderPair[];

/**
 * A request as the wire had it, which is what signatures are about. Never build one from a `URL` or a `Request`: both fold dot
 * segments and re-encode, and the signature would be checked against something that was not sent. Attacker-controlled.
 */
export interface RawRequest {
  /** As sent; methods are case-sensitive. */
  readonly method: string;
  /** The request target in origin form, `/path?query`, byte for byte. */
  readonly target: string;
  /** All headers, Host included. Values are latin1 strings as `node:http` gives them. */
  readonly headers: HeaderList;
  /** The whole body when it is in hand, after HTTP transfer decoding. Absent: no body, or one that is still to come. */
  readonly body?: Uint8Array | undefined;
}

/**
 * How a request reached the proxy: through a CONNECT tunnel, addressed to the listener as if it were AWS, or handed over by a
 * trusted hop in front.
 */
export type ProxyMode = 'connect' | 'endpoint-url' | 'forwarded';

/** A request as an adapter hands it to the proxy. Attacker-controlled but for `mode`, `secure` and the addresses. */
export interface ProxyRequest {
  /** As sent. */
  readonly method: string;
  /** The raw request target: origin form, or absolute form whose host equals Host. */
  readonly target: string;
  /** All headers in order of arrival, names as sent. */
  readonly headers: HeaderList;
  /** The body bytes after HTTP transfer decoding; undefined when the message has none. Read at most once. */
  readonly body?: AsyncIterable<Uint8Array> | undefined;
  /** How the request came in. */
  readonly mode: ProxyMode;
  /** Whether the client's connection was TLS. */
  readonly secure: boolean;
  /** `host:port` of the CONNECT line, in mode `connect`. */
  readonly connectTarget?: string | undefined;
  /** The server name of the client's TLS handshake, when it sent one. */
  readonly serverName?: string | undefined;
  /** The client's address, for audit events. */
  readonly clientAddress?: string | undefined;
  /** In mode `forwarded`: the adapter has checked that the hop in front is who it claims to be. Default false. */
  readonly hopTrusted?: boolean | undefined;
  /** In mode `endpoint-url`: the names and the port under which the listener is known; Host must be one of them. */
  readonly listener?: { readonly names: readonly string[]; readonly port: number } | undefined;
  /** Sends `100 Continue`; present when the client waits for it. */
  readonly sendContinue?: (() => void) | undefined;
}

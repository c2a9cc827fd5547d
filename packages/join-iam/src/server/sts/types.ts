import { withPrintedForm } from '../../wire/with-printed-form.js';

/** One request to STS, ready to be sent as it is over TLS to port 443 of `host`. */
export interface StsRequest {
  /** A text of the host table: the name to resolve, and the TLS server name to verify. */
  readonly host: string;
  readonly method: 'POST';
  readonly path: '/';
  /** Name and value, each name once, `host` included. Hold a signature and a session token: never log them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** ASCII. */
  readonly body: string;
}

/** The answer of STS, or of whoever answered. */
export interface StsResponse {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** At most the first 65,537 bytes: one more than is accepted tells that there were more. */
  readonly body: Uint8Array;
}

/** What a transport is told about one exchange. */
export interface StsTransportOptions {
  /** Aborts when the deadline of the whole attempt passes or the caller gives up. */
  readonly signal: AbortSignal;
  /** Name of the token the attempt is for, so that one token cannot take all the room. */
  readonly tokenName: string;
}

/**
 * Sends one request and reads one answer. It must not follow redirects, retry, decompress or add headers. It
 * is called after all static checks and before anything about the joiner is proven; a rejected promise counts
 * as `sts-unavailable`, unless it is a JoinIamError.
 */
export type StsTransport = (
  request: StsRequest,
  options: StsTransportOptions,
) => Promise<StsResponse>;

/** Gives a request a printed form without its headers. */
export function toStsRequest(request: StsRequest): StsRequest {
  const { host, method, path } = request;
  return Object.freeze(withPrintedForm({ ...request }, () => ({ host, method, path })));
}

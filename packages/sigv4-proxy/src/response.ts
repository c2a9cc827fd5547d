import type { Readable } from 'node:stream';

/** What the proxy answers: AWS's response, or an error in the wire format of the client. Adapters write it out as it is. */
export interface ProxyResponse {
  readonly status: number;
  /** Names and values in turn, order and repeats kept, hop-by-hop headers removed. */
  readonly headers: readonly string[];
  /** A short body whole, a longer one as a stream that must be read or destroyed; undefined where the message has none. */
  readonly body: Uint8Array | Readable | undefined;
  /** Trailers, names and values in turn; complete when the body has ended. */
  trailers(): readonly string[];
  /** Whether the client's connection must not be used again. */
  readonly close: boolean;
  /**
   * The error to answer with when the body fails before its first byte is out. Without it the connection is all that can be cut.
   *
   * @internal
   */
  readonly instead?: (() => Promise<ProxyResponse>) | undefined;
}

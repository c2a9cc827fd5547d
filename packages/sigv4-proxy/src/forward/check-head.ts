import { SigV4ProxyError } from '../errors.js';
import { upstreamError } from './upstream-error.js';

/** What the head of an answer says about the rest of it. */
export interface AnswerHead {
  readonly status: number;
  /** Whether the answer has no body whatever its headers say: to HEAD, with 204, with 304. */
  readonly isEmpty: boolean;
  /** Whether it states a length or comes in chunks. */
  readonly isFramed: boolean;
  /** Whether it came over TLS. */
  readonly isEncrypted: boolean;
}

const FOREIGN_PROXY = 'ERR_PROXY_AUTHENTICATION_REQUIRED';

/**
 * Finds out that an answer must not be passed on.
 *
 * @param host which AWS host was asked
 * @returns why not
 */
export function checkHead(host: string, head: AnswerHead): SigV4ProxyError | undefined {
  const { status } = head;
  if (status < 200) return upstreamError(host, new Error(`The status of the answer is ${status}.`));
  if (status === 407) {
    // The client would take it for a word of this proxy, and send its password again.
    const cause = Object.assign(new Error('The answer has status 407.'), { code: FOREIGN_PROXY });
    return new SigV4ProxyError(
      'upstream',
      `Another proxy on the way to ${host} wants a password: let this machine reach AWS without it.`,
      { cause },
    );
  }
  if (head.isEncrypted && !head.isEmpty && !head.isFramed) {
    // Its end would be the end of the connection, and whoever sits on the wire can end that anywhere (RFC 9112, section 9.8).
    const cause = new Error('The answer states no length and is not chunked.');
    return upstreamError(host, cause);
  }
  return undefined;
}

/** Whether a connection is TLS; a hook of the embedder may open one of its own. */
export function isEncrypted(socket: object): boolean {
  return Reflect.get(socket, 'encrypted') === true;
}

/** Whether a failure is about the network of the operator, who should hear of it. */
export function isForeignProxy({ cause }: SigV4ProxyError): boolean {
  return cause instanceof Error && Reflect.get(cause, 'code') === FOREIGN_PROXY;
}

import { SigV4ProxyError } from '../errors.js';
import { MAX_HEADER_BYTES } from '../limits.js';
import { isProtocolHeader } from '../operation/rpc-v2-call.js';
import type { ProxyRequest } from '../request.js';

/** What the head of a message says about its frame. */
export interface Frame {
  /** The target in origin form. */
  readonly target: string;
  /** The Host header; undefined when there is none. */
  readonly host: string | undefined;
  /** Content-Length; undefined with chunked encoding or without a body. */
  readonly length: number | undefined;
  readonly contentType: string | undefined;
  readonly userAgent: string | undefined;
  readonly amzTarget: string | undefined;
  /** Whether Content-Type or X-Amz-Target stands there more than once. */
  readonly repeats: boolean;
  /** Whether there may be a header besides Host that decides about the destination. */
  readonly routingHeaders: boolean;
  /** Whether a header names the protocol. */
  readonly protocolHeader: boolean;
}

/**
 * The checks that come before anything is parsed: sizes, one way to find the end of the body, a target that agrees with Host.
 * Nothing is verified after it.
 *
 * @throws SigV4ProxyError `too-large`, `bad-framing`, `bad-target`, `bad-host`, and `denied` for WebSocket
 *   handshakes and unknown expectations
 */
export function checkFrame(request: ProxyRequest): Frame {
  let bytes = 0;
  let length: string | undefined;
  let chunked = false;
  let host: string | undefined;
  let contentType: string | undefined;
  let userAgent: string | undefined;
  let amzTarget: string | undefined;
  let repeats = false;
  let routingHeaders = false;
  let protocolHeader = false;
  const { headers } = request;
  for (let i = 0; i < headers.length; i += 1) {
    const [name, value] = headers[i] ?? ['', ''];
    bytes += name.length + value.length + 4;
    // Names are told apart by length first: most headers are none of these.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === 'host') host ??= value;
        break;
      case 6:
        if (name.toLowerCase() === 'expect') checkExpect(value);
        break;
      case 7:
        if (name.toLowerCase() === 'upgrade') refuseUpgrade(value);
        break;
      case 10:
        if (name.toLowerCase() === 'user-agent') userAgent ??= value;
        break;
      case 12:
        if (name.toLowerCase() === 'content-type') {
          repeats ||= contentType !== undefined;
          contentType ??= value;
        } else if (name.toLowerCase() === 'x-amz-target') {
          repeats ||= amzTarget !== undefined;
          amzTarget ??= value;
        }
        break;
      case 14:
        if (name.toLowerCase() === 'content-length') {
          if (length !== undefined) throw badFraming('two Content-Length headers');
          length = value;
        }
        break;
      case 15:
        protocolHeader ||= isProtocolHeader(name);
        break;
      case 16:
        // x-forwarded-host, x-amz-account-id
        routingHeaders ||= name[0] === 'x' || name[0] === 'X';
        break;
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') {
          if (chunked || value.trim().toLowerCase() !== 'chunked') {
            throw badFraming('a Transfer-Encoding that is not exactly "chunked"');
          }
          chunked = true;
        }
        break;
      default:
    }
  }
  if (bytes > MAX_HEADER_BYTES) throw tooLarge('header block');
  if (request.target.length > MAX_HEADER_BYTES) throw tooLarge('request target');
  if (chunked && length !== undefined) {
    throw badFraming('Content-Length together with Transfer-Encoding');
  }
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw badFraming('a Content-Length that is no number');
  }
  return {
    target: originForm(request.target, host),
    host,
    length: length === undefined ? undefined : Number(length),
    contentType,
    userAgent,
    amzTarget,
    repeats,
    routingHeaders,
    protocolHeader,
  };
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;

function originForm(target: string, host: string | undefined): string {
  if (target.startsWith('/')) return target;
  const [, authority, rest = ''] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined) {
    throw new SigV4ProxyError(
      'bad-target',
      'The request target must be a path that starts with /.',
    );
  }
  if (authority.toLowerCase() !== host?.toLowerCase()) {
    throw new SigV4ProxyError('bad-host', 'The host of the request target is not the Host header.');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function refuseUpgrade(value: string): void {
  if (!/websocket|h2c/i.test(value)) return;
  throw new SigV4ProxyError(
    'denied',
    'Signed WebSocket handshakes and HTTP/2 upgrades do not go through this proxy yet.',
  );
}

function checkExpect(value: string): void {
  if (/^\s*100-continue\s*$/i.test(value)) return;
  throw new SigV4ProxyError('denied', 'The only Expect header that is met here is 100-continue.');
}

function tooLarge(what: string): SigV4ProxyError {
  return new SigV4ProxyError('too-large', `The ${what} is longer than ${MAX_HEADER_BYTES} bytes.`);
}

function badFraming(what: string): SigV4ProxyError {
  return new SigV4ProxyError(
    'bad-framing',
    `The end of the body is ambiguous: the request has ${what}.`,
  );
}

import { isDroppedResponseHeader } from './header-names.js';

/** What the audit event wants from a response head. */
export interface RelayedHeaders {
  /** Names and values in turn, for the client. */
  readonly headers: string[];
  readonly requestId: string | undefined;
  readonly extendedRequestId: string | undefined;
  /** The error name in a header, as REST-JSON services send it. */
  readonly errorType: string | undefined;
  readonly contentType: string | undefined;
  readonly length: number | undefined;
}

/**
 * The response headers for the client: as AWS sent them, in order and with repeats, without those of the connection to AWS.
 *
 * @param raw names and values in turn
 * @param id the proxy's request id, sent as `x-sigv4-proxy-request-id`
 */
export function relayHeaders(raw: readonly string[], id: string): RelayedHeaders {
  const headers: string[] = [];
  let perHop: Set<string> | undefined;
  let requestId: string | undefined;
  let extendedRequestId: string | undefined;
  let errorType: string | undefined;
  let contentType: string | undefined;
  let length: number | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    const lower = name.toLowerCase();
    if (isDroppedResponseHeader(lower)) {
      if (lower === 'connection') perHop = namedHops(value, perHop);
      continue;
    }
    switch (lower) {
      case 'x-amzn-requestid':
      case 'x-amz-request-id':
        requestId = value;
        break;
      case 'x-amz-id-2':
        extendedRequestId = value;
        break;
      case 'x-amzn-errortype':
        errorType = value;
        break;
      case 'content-type':
        contentType = value;
        break;
      case 'content-length':
        length = Number(value);
        break;
      default:
    }
    headers.push(name, value);
  }
  const kept = perHop === undefined ? headers : without(headers, perHop);
  kept.push('x-sigv4-proxy-request-id', id);
  return { headers: kept, requestId, extendedRequestId, errorType, contentType, length };
}

/** Names that end with the connection, besides the two that every connection may have. */
function namedHops(value: string, before: Set<string> | undefined): Set<string> | undefined {
  let names = before;
  for (const part of value.split(',')) {
    const name = part.trim().toLowerCase();
    if (name === 'close' || name === 'keep-alive') continue;
    names ??= new Set();
    names.add(name);
  }
  return names;
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (!names.has(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

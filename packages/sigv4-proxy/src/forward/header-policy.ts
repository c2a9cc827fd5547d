import { SigV4ProxyError } from '../errors.js';
import type { HeaderList, HeaderPair, ProxyMode } from '../request.js';
import { type BodyKind, planBodyHeaders } from './body-headers.js';
import { isDroppedRequestHeader, isSignedHeader, mayBeConnectionHeader } from './header-names.js';

/** The request whose headers are prepared. */
export interface PrepareHeadersQuery {
  /** How the request came in. */
  readonly mode: ProxyMode;
  /** The host that will be asked, from `resolveTarget`. */
  readonly upstreamHost: string;
  /** The signing name of the outgoing request. */
  readonly service: string;
  /** The upstream credentials. Only the token is read. */
  readonly credentials: { readonly sessionToken?: string | null | undefined };
  /** The time of the new signature. */
  readonly now: Date;
  /** The client's headers, verified. */
  readonly headers: HeaderList;
  /** Names that the client signed, in lower case. */
  readonly clientSignedHeaders: readonly string[];
  /** What is known of the body. */
  readonly body: BodyKind;
  /** Length of the body in bytes where the client stated none. */
  readonly bodyLength?: number | undefined;
  /** SHA-256 of the body in lower-case hex where the client stated none. */
  readonly payloadHash?: string | undefined;
}

/** Options of {@link prepareHeaders}. */
export interface PrepareHeadersOptions {
  /**
   * `resign` keeps aws-chunked frames, `decode` sends the plain body as UNSIGNED-PAYLOAD and loses trailing checksums. Default
   * `resign`.
   */
  readonly chunkedMode?: 'resign' | 'decode' | undefined;
  /** `query` for a request that is presigned again: date, token and hash stay out of the headers. Default `header`. */
  readonly form?: 'header' | 'query' | undefined;
}

/** Headers of the outgoing request without Authorization, which the signer adds. */
export interface PreparedHeaders {
  /** In the order to send. */
  readonly headers: HeaderList;
  /** Names to sign: lower case, ascending, each once. */
  readonly signedHeaders: readonly string[];
  /** The value for the last line of the canonical request. */
  readonly payloadHash: string;
}

/**
 * Builds the headers that go to AWS from verified ones: drops what belongs to the client's connection or to the local signature,
 * sets host, date, token, hash and framing anew, and names what is to be signed.
 *
 * @throws {@link SigV4ProxyError} `bad-framing`, `bad-connection-header`; `invalid-option` when the caller owes a length or hash
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function prepareHeaders(
  query: PrepareHeadersQuery,
  options: PrepareHeadersOptions = {},
): PreparedHeaders {
  const clientSigned = new Set(query.clientSignedHeaders);
  const lowered = query.headers.map(([name, value]): HeaderPair => [name.toLowerCase(), value]);
  const perHop = connectionNames(lowered, clientSigned);
  const body = planBodyHeaders({
    headers: lowered,
    body: query.body,
    bodyLength: query.bodyLength,
    payloadHash: query.payloadHash,
    decode: options.chunkedMode === 'decode',
  });
  const kept = query.headers.filter((_, index) => {
    const name = lowered[index]?.[0] ?? '';
    return !isDroppedRequestHeader(name) && !perHop.has(name) && !body.drop.has(name);
  });
  const auth = options.form === 'query' ? [] : authHeaders(query, body.payloadHash);
  const headers: HeaderList = [['Host', query.upstreamHost], ...kept, ...body.set, ...auth];
  return {
    headers,
    signedHeaders: signedNames(headers, clientSigned),
    payloadHash: body.payloadHash,
  };
}

function authHeaders(query: PrepareHeadersQuery, payloadHash: string): HeaderPair[] {
  const headers: HeaderPair[] = [
    ['X-Amz-Date', query.now.toISOString().replace(/[-:]|\.\d{3}/g, '')],
    ['X-Amz-Content-Sha256', payloadHash],
  ];
  const token = query.credentials.sessionToken;
  if (token) headers.push([tokenHeader(query), token]);
  return headers;
}

/** Zonal calls of S3 Express carry the token of their own session in a header of its own; CreateSession does not. */
function tokenHeader(query: PrepareHeadersQuery): string {
  const isZonal = query.headers.some(([name]) => name.toLowerCase() === 'x-amz-s3session-token');
  return query.service === 's3express' && isZonal
    ? 'X-Amz-S3session-Token'
    : 'X-Amz-Security-Token';
}

function signedNames(headers: HeaderList, clientSigned: ReadonlySet<string>): readonly string[] {
  const names = headers.map(([name]) => name.toLowerCase());
  return [...new Set(names.filter((name) => isSignedHeader(name, clientSigned)))].sort();
}

/** Names of headers that are for this connection only. A name that AWS would read is an attempt to take it away. */
function connectionNames(
  headers: HeaderList,
  clientSigned: ReadonlySet<string>,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [key, value] of headers) {
    if (key !== 'connection') continue;
    for (const part of value.split(',')) {
      const name = part.trim().toLowerCase();
      if (name === '') continue;
      if (!mayBeConnectionHeader(name, clientSigned)) {
        throw new SigV4ProxyError(
          'bad-connection-header',
          'The Connection header names a header that is signed or that AWS reads; take it out.',
        );
      }
      names.add(name);
    }
  }
  return names;
}

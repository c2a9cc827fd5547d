import type { SigV4ProxyErrorKind } from '../error-kinds.js';
import type { HeaderList, HeaderPair } from '../request.js';
import { errorFormats } from './error-body.js';
import { wireCodeOf } from './error-codes.js';
import type { WireProtocol } from './protocol.js';
import type { XmlNode } from './xml.js';

/** An error to put on the wire. */
export interface ErrorResponseQuery {
  /** How the client speaks, from `detectProtocol`. */
  readonly protocol: WireProtocol;
  /** Signing name of the request; undefined when it could not be read. */
  readonly service?: string | undefined;
  readonly kind: SigV4ProxyErrorKind;
  /** For the user. May quote what the client sent, no secret. */
  readonly message: string;
  /** The proxy's id of the request. */
  readonly requestId: string;
  /** The request's method: a HEAD request gets no body. */
  readonly method: string;
  /** The client sent `x-amzn-query-mode: true`. Default false. */
  readonly queryMode?: boolean | undefined;
  /** For the Date header, from which SDKs correct their clock. */
  readonly now: Date;
  /** Whether body bytes of the request are still unread, so that the connection cannot be used again. Default false. */
  readonly bodyUnread?: boolean | undefined;
  /** Seconds until a retry makes sense, with kinds `credentials` and `upstream`. Default 1. */
  readonly retryAfterSeconds?: number | undefined;
  /** With kind `skew` in S3: the time that the client signed, and the window. */
  readonly skew?: { readonly requestTime: string; readonly maxSkewMs: number } | undefined;
}

/** A reply that ends a request. */
export interface ErrorResponse {
  readonly status: number;
  /** The error code in the body, for logs and audit; a HEAD reply has it nowhere else. */
  readonly code: string;
  readonly headers: HeaderList;
  /** Empty for HEAD. */
  readonly body: Uint8Array;
  /** Whether the connection must end with the reply. */
  readonly close: boolean;
}

/**
 * Writes an error as the service itself would, so that the client's SDK raises its usual class with the message.
 *
 * @returns the whole reply but for Content-Length, which the adapter knows to set
 * @see https://smithy.io/2.0/aws/protocols/index.html
 *
 * @example
 * ```ts
 * const { status, headers, body } = formatErrorResponse({
 *   protocol: 'awsJson1_0',
 *   service: 'dynamodb',
 *   kind: 'denied',
 *   message: 'No role of alice allows this.',
 *   requestId: 'id',
 *   method: 'POST',
 *   now: new Date(),
 * }); // an SDK raises it as AccessDeniedException
 * ```
 */
export function formatErrorResponse(query: ErrorResponseQuery): ErrorResponse {
  const format = errorFormats[query.protocol];
  const wire = wireCodeOf(query.kind, format.family);
  const hostId = Buffer.from(query.requestId, 'utf8').toString('base64');
  const headers: HeaderPair[] = [
    ['content-type', format.contentType],
    ['date', query.now.toUTCString()],
    ['x-sigv4-proxy-error', query.kind],
    ['x-sigv4-proxy-request-id', query.requestId],
    ...idHeaders(query, hostId),
  ];
  if (query.protocol === 'restJson1') headers.push(['x-amzn-errortype', wire.code]);
  if (query.protocol === 'rpcv2Cbor') headers.push(['smithy-protocol', 'rpc-v2-cbor']);
  if (query.queryMode && (format.family === 'json' || format.family === 'restJson')) {
    const fault = wire.status < 500 ? 'Sender' : 'Receiver';
    headers.push(['x-amzn-query-error', `${wireCodeOf(query.kind, 'query').code};${fault}`]);
  }
  if (query.kind === 'credentials' || query.kind === 'upstream') {
    headers.push(['retry-after', String(query.retryAfterSeconds ?? 1)]);
  }
  const close =
    query.bodyUnread === true || query.kind === 'payload-mismatch' || query.kind === 'too-large';
  const { status, code } = wire;
  if (query.method === 'HEAD') return { status, code, headers, body: NO_BODY, close };
  const { message, requestId } = query;
  const body = format.body({ wire, message, requestId, hostId, details: skewDetails(query) });
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return { status, code, headers, body: bytes, close };
}

const NO_BODY = new Uint8Array(0);

function idHeaders({ protocol, requestId }: ErrorResponseQuery, hostId: string): HeaderPair[] {
  const usual: HeaderPair = ['x-amzn-requestid', requestId];
  const s3: HeaderPair[] = [
    ['x-amz-request-id', requestId],
    ['x-amz-id-2', hostId],
  ];
  if (protocol === 's3Xml') return s3;
  // Clients of S3 Control look under both names.
  return protocol === 's3ControlXml' ? [usual, ...s3] : [usual];
}

/** S3 tells both clocks, so that users see whose is wrong. */
function skewDetails(query: ErrorResponseQuery): readonly XmlNode[] {
  if (query.kind !== 'skew') return [];
  const serverTime: XmlNode = ['ServerTime', query.now.toISOString().replace(/\.\d{3}/, '')];
  if (query.skew === undefined) return [serverTime];
  return [
    ['RequestTime', query.skew.requestTime],
    serverTime,
    ['MaxAllowedSkewMilliseconds', String(query.skew.maxSkewMs)],
  ];
}

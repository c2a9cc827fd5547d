import type { AbortLike } from '../abort-like.js';
import { isDroppedRequestHeader, isRewrittenRequestHeader } from '../forward/header-names.js';
import { relayHeaders } from '../forward/relay-headers.js';
import type { UpstreamClient } from '../forward/upstream.js';
import type { HeaderList } from '../request.js';
import type { ProxyResponse } from '../response.js';
import type { Frame } from './check-frame.js';
import { counted } from './outgoing-body.js';
import type { RequestRecord } from './request-record.js';
import { flatten } from './sign-outgoing.js';
import { splitPort } from './split-port.js';

/** A request that goes out as it came, without a signature of ours. */
export interface PassedRequest {
  readonly record: RequestRecord;
  readonly frame: Frame;
  /** An AWS API host, checked. */
  readonly host: string;
  readonly headers: HeaderList;
  /** Names that the client signed, in lower case: without them its signature would not hold. */
  readonly signedHeaders: readonly string[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Whether the body is still with the client. */
  readonly streams: boolean;
  /** Whose connections to use. */
  readonly poolKey: string;
  readonly signal: AbortLike | undefined;
}

/**
 * Sends a request on unchanged but for what belongs to the client's connection. Nothing is signed: whoever the request belongs
 * to, it gains no rights here.
 *
 * @throws SigV4ProxyError `upstream`
 */
export async function passThrough(
  upstream: UpstreamClient,
  passed: PassedRequest,
): Promise<ProxyResponse> {
  const { record, frame, headers, streams, poolKey, signal } = passed;
  const { request } = record;
  const { host, port } = splitPort(passed.host);
  record.streamed = streams;
  const response = await upstream.send({
    host,
    port,
    method: request.method,
    target: frame.target,
    headers: flatten(kept(headers, new Set(passed.signedHeaders))),
    body: passed.body,
    expectContinue: streams && request.sendContinue !== undefined,
    onContinue: request.sendContinue,
    counter: record,
    service: record.service,
    poolKey,
    signal,
  });
  const head = relayHeaders(response.headers, record.id);
  record.awsRequestId = head.requestId;
  record.awsExtendedRequestId = head.extendedRequestId;
  const { status, body, trailers } = response;
  return { status, headers: head.headers, body, trailers, close: false };
}

function kept(headers: HeaderList, signed: ReadonlySet<string>): HeaderList {
  const perHop = new Set<string>();
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const part of value.split(',')) perHop.add(part.trim().toLowerCase());
  }
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    if (isRewrittenRequestHeader(lower) || signed.has(lower)) return true;
    return !isDroppedRequestHeader(lower) && !perHop.has(lower);
  });
}

/** The body of a request that nobody has looked into, counted as it passes. */
export function untouchedBody(record: RequestRecord): Pick<PassedRequest, 'body' | 'streams'> {
  const { body } = record.request;
  return { body: body && counted(body, record), streams: body !== undefined };
}

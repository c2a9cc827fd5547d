import type { AbortLike } from '../abort-like.js';
import { isDroppedResponseHeader } from '../forward/header-names.js';
import { relayHeaders } from '../forward/relay-headers.js';
import type { UpstreamClient } from '../forward/upstream.js';
import type { ProxyRequest } from '../request.js';
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
  /** The body, when it was read already. */
  readonly body: Uint8Array | undefined;
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
  const { record, frame } = passed;
  const { request } = record;
  const { host, port } = splitPort(passed.host);
  const { body: source } = request;
  const streams = passed.body === undefined && source !== undefined;
  record.streamed = streams;
  const response = await upstream.send({
    host,
    port,
    method: request.method,
    target: frame.target,
    headers: flatten(kept(request)),
    body: streams ? counted(source, record) : passed.body,
    expectContinue: streams && request.sendContinue !== undefined,
    onContinue: request.sendContinue,
    onResponseBytes: (bytes) => {
      record.bytesOut += bytes;
    },
    poolKey: '',
    signal: passed.signal,
  });
  const head = relayHeaders(response.headers, record.id);
  record.awsRequestId = head.requestId;
  record.awsExtendedRequestId = head.extendedRequestId;
  const { status, body, trailers } = response;
  return { status, headers: head.headers, body, trailers, close: false };
}

function kept(request: ProxyRequest): ProxyRequest['headers'] {
  const perHop = new Set<string>();
  for (const [name, value] of request.headers) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const part of value.split(',')) perHop.add(part.trim().toLowerCase());
  }
  return request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !isDroppedResponseHeader(lower) && !perHop.has(lower) && lower !== 'trailer';
  });
}

import { parseServiceHostname } from '@postern/config/endpoints';
import { errorKindOf } from '../error-kinds.js';
import type { SigV4ProxyError } from '../errors.js';
import type { ProxyRequest } from '../request.js';
import type { ProxyResponse } from '../response.js';
import { formatErrorResponse } from '../wire-errors/format-error-response.js';
import { detectProtocol } from '../wire-errors/protocol.js';

/** What an error answer needs to know besides the request. */
export interface ErrorAnswerContext {
  readonly requestId: string;
  readonly now: Date;
  /** Signing name, once it could be read. */
  readonly service: string | undefined;
}

const NO_TRAILERS = (): readonly string[] => [];

/**
 * Puts an error into the wire format of the client that gets it, so that its SDK raises the class and message it knows.
 *
 * @param request whose client is answered
 * @param error why
 */
export function errorAnswer(
  request: ProxyRequest,
  error: SigV4ProxyError,
  context: ErrorAnswerContext,
): ProxyResponse {
  const service = context.service ?? claimedService(request) ?? serviceOfHost(request);
  const { target, headers, method } = request;
  const reply = formatErrorResponse({
    protocol: detectProtocol({ service, target, headers }),
    service,
    kind: errorKindOf(error.code),
    message: error.message,
    requestId: context.requestId,
    method,
    queryMode: headerOf(request, 'x-amzn-query-mode') === 'true',
    now: context.now,
  });
  const flat = reply.headers.flat();
  if (method !== 'HEAD') flat.push('content-length', String(reply.body.length));
  return {
    status: reply.status,
    headers: flat,
    body: method === 'HEAD' ? undefined : reply.body,
    trailers: NO_TRAILERS,
    // Where two readers may see two ends of a body, nothing that follows can be trusted (RFC 9112, 6.3).
    close: reply.close || error.code === 'bad-framing',
  };
}

const CLAIM =
  /[=/]\d{8}(?:\/|%2F)[A-Za-z0-9*-]+(?:\/|%2F)([A-Za-z0-9-]{1,63})(?:\/|%2F)aws4_request/i;

/** The service in a credential scope that was never parsed; good enough to choose the format of an error, for nothing else. */
function claimedService(request: ProxyRequest): string | undefined {
  const place = headerOf(request, 'authorization') ?? request.target;
  return CLAIM.exec(place.slice(0, 8192))?.[1];
}

/** An unsigned request to an AWS host still tells its service by the host, and so the format of its errors. */
function serviceOfHost(request: ProxyRequest): string | undefined {
  if (request.mode === 'endpoint-url') return undefined;
  const host = headerOf(request, 'host');
  return host === undefined ? undefined : parseServiceHostname(host.toLowerCase())?.signingName;
}

function headerOf(request: ProxyRequest, name: string): string | undefined {
  return request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AbortLink } from '../abort-like.js';
import type { SigV4Proxy } from '../proxy.js';
import type { HeaderPair, ProxyRequest } from '../request.js';
import type { ProxyResponse } from '../response.js';
import { RequestBody } from './request-body.js';
import { sendResponse } from './send-response.js';

/** What a listener knows about the connection a request came on. */
export type RequestOrigin = Pick<
  ProxyRequest,
  'mode' | 'secure' | 'connectTarget' | 'serverName' | 'listener' | 'hopTrusted'
>;

/**
 * Hands one `node:http` request to the proxy and writes its answer. The raw target and the raw header list are kept.
 *
 * @param sendContinue given when the client waits for `100 Continue`, which Node has then not sent by itself
 */
export function serveRequest(
  proxy: SigV4Proxy,
  request: IncomingMessage,
  response: ServerResponse,
  origin: RequestOrigin,
  sendContinue?: () => void,
): void {
  const { idleTimeoutMs } = proxy.runtime.limits;
  const body = hasBody(request) ? new RequestBody(request, idleTimeoutMs) : undefined;
  const abort = new AbortLink();
  let awaitsContinue = sendContinue !== undefined;
  const onClose = (): void => {
    if (!response.writableFinished) abort.abort(new Error('The client left.'));
  };
  response.on('close', onClose);
  // Without listeners an aborted upload, or a write to a client that has just left, would end the process.
  request.on('error', ignore);
  response.on('error', ignore);
  const proceed = (): void => {
    if (!awaitsContinue) return;
    awaitsContinue = false;
    sendContinue?.();
  };
  const asked: ProxyRequest = {
    method: request.method ?? '',
    target: targetOf(request),
    headers: headerPairs(request.rawHeaders),
    body,
    clientAddress: request.socket.remoteAddress,
    mode: origin.mode,
    secure: origin.secure,
    connectTarget: origin.connectTarget,
    serverName: origin.serverName,
    listener: origin.listener,
    hopTrusted: origin.hopTrusted,
    sendContinue: sendContinue === undefined ? undefined : proceed,
  };
  const answered = (answer: ProxyResponse): void => {
    try {
      sendResponse(request, response, answer, { awaitsContinue, idleMs: idleTimeoutMs });
    } catch {
      // The head may be out, or be one that Node refuses to write: nothing can be said any more.
      response.destroy();
    }
  };
  proxy.handle(asked, { signal: abort }).then(answered, () => response.destroy());
}

/** Express and its relatives rewrite `url` where a router is mounted; the signature is about what was sent. */
function targetOf(request: IncomingMessage): string {
  const original: unknown = 'originalUrl' in request ? request.originalUrl : undefined;
  return typeof original === 'string' ? original : (request.url ?? '');
}

function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length !== undefined && length !== '0';
}

function headerPairs(raw: readonly string[]): HeaderPair[] {
  const pairs = new Array<HeaderPair>(raw.length >> 1);
  for (let i = 0; i < pairs.length; i += 1) pairs[i] = [raw[2 * i] ?? '', raw[2 * i + 1] ?? ''];
  return pairs;
}

function ignore(): void {}

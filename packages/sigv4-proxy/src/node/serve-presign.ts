import type { IncomingMessage, ServerResponse } from 'node:http';
import { collectBody } from '../handle/collect-body.js';
import { toProxyError } from '../handle/error-answer.js';
import type { SigV4Proxy } from '../proxy.js';
import { isAuthorized } from './proxy-authorization.js';
import { RequestBody } from './request-body.js';

const MAX_BODY = 32 * 1024;

/**
 * Serves `POST /presign` on the listener for HTTPS_PROXY: the body is a JSON object with `url` and, if not GET, `method`; the
 * answer is one with `url` and `expiresAt`, or with `code` and `message`.
 *
 * @param secret the password that clients of this listener need, if any
 */
export function servePresign(
  proxy: SigV4Proxy,
  request: IncomingMessage,
  response: ServerResponse,
  secret: string | undefined,
): void {
  const reply = (status: number, value: object): void => {
    const text = `${JSON.stringify(value)}\n`;
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end(text);
  };
  request.on('error', () => {});
  const { authorization, 'proxy-authorization': proxyAuthorization } = request.headers;
  if (secret !== undefined && !isAuthorized(proxyAuthorization ?? authorization, secret)) {
    reply(401, { code: 'denied', message: 'The proxy wants the password of its URL.' });
    return;
  }
  const run = async (): Promise<void> => {
    const body = new RequestBody(request, proxy.runtime.limits.idleTimeoutMs);
    const asked = readQuestion(await collectBody(body, undefined, MAX_BODY));
    const { method, url } = asked;
    const clientAddress = request.socket.remoteAddress;
    const { expiresAt, url: exchanged } = await proxy.exchangePresignedUrl(url, {
      method,
      clientAddress,
    });
    reply(200, { url: exchanged, expiresAt: expiresAt.toISOString() });
  };
  run().catch((error: unknown) => {
    const { code, message, kind } = toProxyError(error);
    reply(kind === 'internal' || kind === 'credentials' ? 503 : 403, { code, message });
  });
}

function readQuestion(body: Uint8Array): { readonly url: string; readonly method: string } {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    value = undefined;
  }
  const given =
    typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : new Map();
  const url: unknown = given.get('url');
  const method: unknown = given.get('method') ?? 'GET';
  return {
    url: typeof url === 'string' ? url : '',
    method: typeof method === 'string' ? method : '',
  };
}

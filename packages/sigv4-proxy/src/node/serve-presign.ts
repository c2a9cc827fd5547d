import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorKindOf } from '../error-kinds.js';
import { collectBody } from '../handle/collect-body.js';
import { toProxyError } from '../handle/to-proxy-error.js';
import type { SigV4Proxy } from '../proxy.js';
import type { HeaderPair } from '../request.js';
import type { ConnectListenerOptions } from './connect-listener.js';
import { isAuthorized } from './proxy-authorization.js';
import { RequestBody } from './request-body.js';

const MAX_BODY = 32 * 1024;

/**
 * Serves `POST /presign` on the listener for HTTPS_PROXY: the body is a JSON object with `url` and, if they are needed, `method` (default
 * GET) and `headers`, an object of those besides Host that are signed; the answer is one with `url` and `expiresAt`, or with `code` and `message`.
 *
 * @param o `secret`: the password that clients of this listener need, if any; `listener`: the names of the endpoint-URL listener
 *   beside it, for URLs that were presigned for that
 */
export function servePresign(
  proxy: SigV4Proxy,
  request: IncomingMessage,
  response: ServerResponse,
  o: Pick<ConnectListenerOptions, 'secret' | 'listener'>,
): void {
  const { secret, listener } = o;
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
    const { method, url, headers } = asked;
    const clientAddress = request.socket.remoteAddress;
    const { expiresAt, url: exchanged } = await proxy.exchangePresignedUrl(url, {
      method,
      headers,
      clientAddress,
      listener,
    });
    reply(200, { url: exchanged, expiresAt: expiresAt.toISOString() });
  };
  run().catch((error: unknown) => {
    const { code, message } = toProxyError(error);
    const kind = errorKindOf(code);
    reply(kind === 'internal' || kind === 'credentials' ? 503 : 403, { code, message });
  });
}

interface Question {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly HeaderPair[];
}

function readQuestion(body: Uint8Array): Question {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    value = undefined;
  }
  const given = membersOf(value);
  const url = given.get('url');
  const method = given.get('method') ?? 'GET';
  const headers = [...membersOf(given.get('headers'))].map(
    ([name, text]): HeaderPair => [name, typeof text === 'string' ? text : ''],
  );
  return {
    url: typeof url === 'string' ? url : '',
    method: typeof method === 'string' ? method : '',
    headers,
  };
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

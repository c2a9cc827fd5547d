import { Readable } from 'node:stream';
import type { SigV4Proxy } from '../proxy.js';
import type { HeaderPair } from '../request.js';
import type { ProxyResponse } from '../response.js';

/** Options of {@link createFetchHandler}. */
export interface FetchHandlerOptions {
  /** The names under which clients reach the handler. Default `localhost`, `127.0.0.1` and `[::1]`. */
  readonly names?: readonly string[] | undefined;
  /** The port clients name in Host. Default: the port of the request's URL. */
  readonly port?: number | undefined;
  /** The client's address, for audit events. Default: unknown. */
  clientAddress?(request: Request): string | undefined;
}

const LOCAL_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The proxy as a Web-standard handler, for Hono, h3 and other frameworks built on `Request` and `Response`. Clients have it as
 * their endpoint URL.
 *
 * A `Request` has lost what the wire said: its URL has folded `.` and `..` segments, so S3 keys with such segments cannot be
 * served (they fail with `signature-mismatch`), and `Expect: 100-continue` is answered by the server below. Use the listeners of
 * `./node` where that matters.
 *
 * @param proxy from `createSigV4Proxy`
 * @param o names, port, client address
 *
 * @example
 * ```ts
 * declare const proxy: SigV4Proxy;
 * const handler = createFetchHandler(proxy);
 * const response = await handler(new Request('https://gateway.example.com/'));
 * ```
 */
export function createFetchHandler(
  proxy: SigV4Proxy,
  o: FetchHandlerOptions = {},
): (request: Request) => Promise<Response> {
  const names = o.names ?? LOCAL_NAMES;
  return async (request) => {
    const { url, method, signal } = request;
    const { protocol, host, port } = new URL(url);
    const secure = protocol === 'https:';
    const headers: HeaderPair[] = [...request.headers];
    if (!request.headers.has('host')) headers.push(['host', host]);
    const answer = await proxy.handle(
      {
        method,
        target: targetOf(url),
        headers,
        body: request.body === null ? undefined : chunksOf(request.body),
        mode: 'endpoint-url',
        secure,
        listener: { names, port: o.port ?? (port === '' ? (secure ? 443 : 80) : Number(port)) },
        clientAddress: o.clientAddress?.(request),
      },
      { signal },
    );
    const { body, instead } = answer;
    const isCut = body instanceof Readable && body.destroyed && !body.readableEnded;
    return toResponse(isCut && instead !== undefined ? await instead() : answer);
  };
}

/** The part of a URL behind its authority, which may be a word that its scheme holds as well. */
function targetOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/, '') || '/';
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function toResponse(answer: ProxyResponse): Response {
  const headers = new Headers();
  for (let i = 0; i + 1 < answer.headers.length; i += 2) {
    headers.append(answer.headers[i] ?? '', answer.headers[i + 1] ?? '');
  }
  const { body, status } = answer;
  const empty = body === undefined || status === 204 || status === 304;
  if (empty) return new Response(null, { status, headers });
  if (body instanceof Uint8Array) return new Response(body, { status, headers });
  // The two declarations of web streams, of Node and of the DOM, describe one class at run time.
  return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, { status, headers });
}

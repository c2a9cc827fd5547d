import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { Refusal } from '@postern/sign-in';
import type { RequestContext } from './service.js';

export interface ServeOptions {
  readonly fetch: (request: Request, context: RequestContext) => Response | Promise<Response>;
  /** The answer where that throws, a Refusal or anything else. */
  readonly failure: (error: unknown) => Response;
  readonly publicAddress: string;
  /** Whether the hop in front is ours, so that the last address it appended to X-Forwarded-For is the client's. */
  readonly trustProxy: boolean | undefined;
  readonly onProblem: (error: unknown) => void;
}

const MAX_BODY = 256 * 1024;
const MAX_TARGET = 8 * 1024;
const HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
];

/** Limits for slow and large requests. */
const OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};

/** A server that asks everybody to come again, until it is told what to serve. */
export function createWebServer() {
  let listener: RequestListener = (_request, response) => {
    const headers = { 'retry-after': '1', 'content-type': 'application/json' };
    const message = 'The gateway is starting: try again in a moment.';
    const error = { code: 'unavailable', message };
    response.writeHead(503, headers).end(JSON.stringify({ error }));
  };
  const server = createServer(OPTIONS, (request, response) => listener(request, response));
  server.maxHeadersCount = 100;
  return {
    server,
    serve(o: ServeOptions) {
      listener = createListener(o);
    },
  };
}

/** Serves a Web handler with `node:http`: bounded bodies, security headers, and no trust in headers that anybody can send. */
function createListener(o: ServeOptions): RequestListener {
  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    const { method = 'GET', url: target = '/' } = incoming;
    if (!['GET', 'HEAD', 'POST', 'DELETE'].includes(method)) {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, POST, DELETE' } });
    }
    // Only plain paths: "//host" and absolute targets would make an URL of another origin.
    if (!/^\/(?![/\\])/.test(target) || target.length > MAX_TARGET || !isEncoded(target)) {
      throw new Refusal(400, 'malformed-request', 'The target must be a path on this server.');
    }
    const body = method === 'POST' ? { body: await readBody(incoming) } : {};
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers.set(name, [value].flat().join(', '));
    }
    const request = new Request(`${o.publicAddress}${target}`, { method, headers, ...body });
    return o.fetch(request, { address: addressOf(incoming, o.trustProxy) });
  };

  return async (incoming, outgoing) => {
    try {
      const response = await answer(incoming).catch((error: unknown) => {
        if (!(error instanceof Refusal)) o.onProblem(error);
        return o.failure(error);
      });
      const cookies = response.headers.getSetCookie();
      for (const [name, value] of [...HEADERS, ...response.headers])
        outgoing.setHeader(name, value);
      if (o.publicAddress.startsWith('https:')) {
        outgoing.setHeader('strict-transport-security', 'max-age=31536000');
      }
      if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
      // What was not read of a refused body would be taken for the next request.
      if (!incoming.complete) outgoing.setHeader('connection', 'close');
      const body = Buffer.from(await response.arrayBuffer());
      const isBare = incoming.method === 'HEAD' || response.status === 204;
      if (!isBare) outgoing.setHeader('content-length', body.length);
      outgoing.writeHead(response.status).end(isBare ? undefined : body);
    } catch (error) {
      o.onProblem(error);
      outgoing.destroy();
    }
  };
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new Refusal(413, 'too-large', `A body may have at most ${MAX_BODY} bytes.`);
  if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length > MAX_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function addressOf(incoming: IncomingMessage, trustProxy = false): string {
  const forwarded = trustProxy ? [incoming.headers['x-forwarded-for'] ?? ''].flat().join(',') : '';
  return forwarded.split(',').at(-1)?.trim() || (incoming.socket.remoteAddress ?? '');
}

/** Whether the path is percent-encoded properly. */
function isEncoded(target: string): boolean {
  try {
    return decodeURIComponent(target.split('?', 1).join()) !== '';
  } catch {
    return false;
  }
}

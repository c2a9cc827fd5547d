import type { IncomingMessage, RequestListener, ServerOptions, ServerResponse } from 'node:http';
import { Refusal } from '@postern/sign-in';
import { GatewayError } from '../gateway-error.js';
import type { RequestContext } from '../service.js';
import { failure } from './api.js';

/** A handler with its path: exact, or a beginning that ends with a slash. */
export interface Mount {
  readonly path: string;
  readonly handle: (request: Request, context: RequestContext) => Promise<Response> | Response;
}

export interface ServeOptions {
  /** The first that fits takes the request. */
  readonly mounts: readonly Mount[];
  readonly publicAddress: string;
  /** Whether the hop in front is ours, so that the last address it appended to X-Forwarded-For is the client's. */
  readonly trustProxy: boolean;
  readonly onProblem: (error: unknown) => void;
}

const MAX_BODY = 256 * 1024;
const MAX_TARGET = 8 * 1024;

/** Limits for slow and large requests, for `createServer`. */
export const serverOptions: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
};

/** Serves Web handlers with `node:http`: bounded bodies, security headers, and no trust in headers that anybody can send. */
export function createListener(o: ServeOptions): RequestListener {
  const secure = o.publicAddress.startsWith('https:');
  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    const { method = 'GET', url: target = '/' } = incoming;
    if (!['GET', 'HEAD', 'POST', 'DELETE'].includes(method)) {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD, POST, DELETE' } });
    }
    // Only plain paths: "//host" and absolute targets would make an URL of another origin.
    if (!/^\/(?![/\\])/.test(target) || target.length > MAX_TARGET) {
      throw new GatewayError('malformed-request', 'The target must be a path on this server.');
    }
    const url = new URL(`${o.publicAddress}${target}`);
    const mount = o.mounts.find(({ path }) =>
      path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path,
    );
    if (!mount) throw new GatewayError('not-found', 'There is nothing at this address.');
    const body = method === 'POST' ? await readBody(incoming) : undefined;
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (value !== undefined) headers.set(name, [value].flat().join(', '));
    }
    const request = new Request(url, { method, headers, ...(body ? { body } : {}) });
    return mount.handle(request, { address: addressOf(incoming, o.trustProxy) });
  };

  return (incoming, outgoing) => {
    answer(incoming)
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) o.onProblem(error);
        return failure(error);
      })
      .then((response) => write(incoming, outgoing, response, secure))
      .catch((error: unknown) => {
        o.onProblem(error);
        outgoing.destroy();
      });
  };
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new GatewayError('too-large', `A body may have at most ${MAX_BODY} bytes.`);
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

function addressOf(incoming: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? [incoming.headers['x-forwarded-for'] ?? ''].flat().join(',') : '';
  return forwarded.split(',').at(-1)?.trim() || (incoming.socket.remoteAddress ?? '');
}

async function write(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  response: Response,
  secure: boolean,
): Promise<void> {
  outgoing.statusCode = response.status;
  const headers: readonly (readonly [string, string])[] = [
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
    ...(secure ? ([['strict-transport-security', 'max-age=31536000']] as const) : []),
  ];
  for (const [name, value] of headers) outgoing.setHeader(name, value);
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  // What was not read of a refused body would be taken for the next request.
  if (!incoming.complete) outgoing.setHeader('connection', 'close');
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 204) outgoing.setHeader('content-length', body.length);
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

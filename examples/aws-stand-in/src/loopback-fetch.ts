import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Where to dial, whatever the address says. */
export interface LoopbackAddress {
  readonly host: string;
  readonly port: number;
  /** Certificate to trust; set when the server speaks TLS. */
  readonly ca?: string | undefined;
}

/**
 * A fetch that connects to one address and keeps the Host of the URL. Redirects are never followed, since they would lead
 * back to the same server: `manual` gives them to the caller, every other mode rejects. Like every fetch it folds dot
 * segments of the path.
 */
export function createLoopbackFetch(address: () => LoopbackAddress): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const incoming = await exchange(address(), request, url, body);
    const status = incoming.statusCode ?? 0;
    if (status >= 300 && status < 400 && status !== 304 && request.redirect !== 'manual') {
      incoming.destroy();
      throw new TypeError('fetch failed: the answer is a redirect');
    }
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const headers = new Headers();
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
      headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
    }
    const empty = status === 204 || status === 304;
    return new Response(empty ? null : Buffer.concat(parts), { status, headers });
  };
}

function exchange(
  { host, port, ca }: LoopbackAddress,
  request: Request,
  url: URL,
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      method: request.method,
      path: url.pathname + url.search,
      headers: {
        ...Object.fromEntries(request.headers),
        host: url.host,
        ...(body.length > 0 || request.method === 'POST'
          ? { 'content-length': String(body.length) }
          : {}),
      },
      signal: request.signal,
      agent: false,
    };
    const outgoing =
      ca === undefined
        ? httpRequest(options)
        : httpsRequest({ ...options, ca, servername: url.hostname });
    outgoing.on('response', resolve);
    outgoing.on('error', (cause) => {
      reject(
        request.signal.aborted ? request.signal.reason : new TypeError('fetch failed', { cause }),
      );
    });
    outgoing.end(body);
  });
}

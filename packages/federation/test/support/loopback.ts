import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll } from 'vitest';

/** A request as the far side sees it. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly form: URLSearchParams;
}

export type Handler = (seen: Seen, response: ServerResponse) => void | Promise<void>;

/** A server on the loopback address that ends with the test file. */
export async function loopback(handler: Handler) {
  const seen: Seen[] = [];
  let handle = handler;
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const target = request.url ?? '';
      const form = new URLSearchParams(body || target.slice(target.indexOf('?') + 1));
      const method = request.method ?? '';
      const one = { method, target, headers: request.headers, body, form };
      seen.push(one);
      await handle(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    /** From now on the server does this. */
    behave(next: Handler) {
      handle = next;
      seen.length = 0;
    },
  };
}

/** Sends requests for an https host to a loopback server; path, query, method, headers and body stay. */
export function redirectTo(
  origin: () => string,
): (request: Request, init?: RequestInit) => Promise<Response> {
  return async (request, init) => {
    const { pathname, search, host } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.set('x-original-host', host);
    const body = request.method === 'GET' ? undefined : await request.text();
    return fetch(`${origin()}${pathname}${search}`, {
      method: request.method,
      headers,
      redirect: request.redirect,
      ...(body === undefined ? {} : { body }),
      ...(init?.signal ? { signal: init.signal } : {}),
    });
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

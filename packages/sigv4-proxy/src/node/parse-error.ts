import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { SigV4ProxyError } from '../errors.js';
import type { SigV4Proxy } from '../proxy.js';
import type { HeaderPair, ProxyRequest } from '../request.js';
import type { ProxyResponse } from '../response.js';
import { refuseTunnel } from './refuse-tunnel.js';
import type { RequestOrigin } from './serve-request.js';
import { plainAnswer } from './server-options.js';

type ParseError = NodeJS.ErrnoException & { readonly rawPacket?: unknown };

const STATUS_OF_PARSE_ERROR: ReadonlyMap<string | undefined, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

/**
 * Answers what a server of your own cannot read as HTTP, or waits for in vain, and closes. A request that can still be told from
 * its head gets the error in the wire format of its client, and everything that was read gets its audit event; nothing of it is
 * ever handled. A CONNECT, which belongs to another listener, is refused the same way. Without this Node answers such clients with
 * a bare 400, or with nothing, and no proxy hears of them. The listeners that
 * `createLocalProxy` opens have it already.
 *
 * @param server whose `clientError` events are answered, of `node:http` or `node:https`; it needs no other listener for them
 * @param proxy from `createSigV4Proxy`
 *
 * @example
 * ```ts
 * declare const proxy: SigV4Proxy;
 * declare const server: import('node:http').Server;
 * const listener = createRequestListener(proxy, { names: ['aws.internal.example'] });
 * answerParseErrors(server.on('request', listener), proxy);
 * ```
 */
export function answerParseErrors(server: Server, proxy: SigV4Proxy): void {
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    const { runtime } = proxy;
    const { url: authority = '', socket: below } = request;
    refuseTunnel(
      runtime,
      { socket, authority, startedAt: runtime.clock(), clientAddr: below.remoteAddress },
      {
        status: 403,
        code: 'not-allowed',
        message: 'This is an endpoint URL and takes no CONNECT: set it as AWS_ENDPOINT_URL.',
      },
    );
  });
  answerUnreadable(server, proxy, (socket) => ({
    mode: 'endpoint-url',
    secure: socket instanceof TLSSocket,
  }));
}

/**
 * The same for a server with connections of several kinds.
 *
 * @param originOf where the connection belongs; undefined: it carries no requests to AWS
 */
export function answerUnreadable(
  server: Server,
  proxy: SigV4Proxy,
  originOf: (socket: Duplex) => RequestOrigin | undefined,
): void {
  const last = new WeakMap<Duplex, { request: IncomingMessage; response: ServerResponse }>();
  const note = (request: IncomingMessage, response: ServerResponse): void => {
    last.set(request.socket, { request, response });
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, note);

  const requestOf = (socket: Duplex, head: Head | undefined): ProxyRequest => {
    const clientAddress: unknown = Reflect.get(socket, 'remoteAddress');
    return {
      ...(head ?? { method: '', target: '', headers: [] }),
      ...(originOf(socket) ?? { mode: 'connect', secure: false }),
      clientAddress: typeof clientAddress === 'string' ? clientAddress : undefined,
    };
  };

  const answer = async (error: ParseError, socket: Duplex): Promise<void> => {
    const status = STATUS_OF_PARSE_ERROR.get(error.code) ?? 400;
    const message =
      'The request cannot be read as HTTP/1.1: check what stands between client and proxy.';
    const plain = plainAnswer(status, message, status === 400 ? 'endpoint' : 'too-large');
    const before = last.get(socket);
    const unanswered = before !== undefined && !before.response.writableFinished;
    const inBody = before !== undefined && !before.request.complete;
    if (inBody) {
      // A broken body is a matter of the request it belongs to.
      if (before.response.headersSent) socket.destroy();
      else socket.end(plain);
    } else if (!(error.rawPacket instanceof Uint8Array)) {
      // Too slow. A client that never sent a byte has asked for nothing.
      if (before !== undefined || Reflect.get(socket, 'bytesRead') !== 0) {
        const late = new SigV4ProxyError(
          'truncated',
          'The head of the request did not come in time.',
        );
        await proxy.refuse(requestOf(socket, undefined), late, status);
      }
      socket.end(plain);
    } else {
      const origin = originOf(socket);
      const head = unanswered ? undefined : readHead(error.rawPacket);
      const typed = await proxy.refuse(
        requestOf(socket, head),
        new SigV4ProxyError(status === 400 ? 'bad-framing' : 'too-large', message),
      );
      const reply = origin === undefined || head === undefined ? plain : textOf(typed);
      // Answers keep the order of their requests.
      if (unanswered) before.response.once('close', () => socket.end(reply));
      else socket.end(reply);
    }
  };

  server.on('clientError', (error: ParseError, socket) => {
    socket.on('error', () => socket.destroy());
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else answer(error, socket).catch(() => socket.destroy());
  });
}

type Head = Pick<ProxyRequest, 'method' | 'target' | 'headers'>;

const REQUEST_LINE = /^([A-Z]{1,20}) (\S+) HTTP\/1\.[01]$/;

/**
 * The head of a broken request as far as it can be read, for the format of the error and for audit. It is never handled: two
 * readers could take it for two different requests.
 */
function readHead(packet: Uint8Array): Head | undefined {
  const lines = Buffer.from(packet).toString('latin1').split(/\r?\n/);
  const end = lines.indexOf('');
  const [, method, target] = REQUEST_LINE.exec(lines[0] ?? '') ?? [];
  if (method === undefined || target === undefined) return undefined;
  const headers = lines.slice(1, end < 0 ? undefined : end).flatMap((line): HeaderPair[] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  return { method, target, headers };
}

/** An answer as the wire has it. Refusals are short and whole. */
function textOf({ status, headers, body }: ProxyResponse): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`];
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  const head = `${lines.join('\r\n')}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    body instanceof Uint8Array ? body : Buffer.alloc(0),
  ]);
}

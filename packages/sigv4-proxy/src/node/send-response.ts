import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { DRAIN_BYTES, DRAIN_MS, ONE_WRITE_BYTES } from '../limits.js';
import type { ProxyResponse } from '../response.js';

/**
 * Writes an answer to a `node:http` client. When the client has not sent all of its body yet, a little of it is read and thrown
 * away so that the answer is seen, and the connection is closed.
 *
 * @param awaitsContinue the client still waits for `100 Continue`, so no body is on its way
 * @param idleMs how long the client may leave its answer unread
 */
export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  answer: ProxyResponse,
  o: { readonly awaitsContinue: boolean; readonly idleMs: number },
): void {
  const { body } = answer;
  if (response.destroyed || response.headersSent) {
    if (body !== undefined && !(body instanceof Uint8Array)) body.destroy();
    return;
  }
  const unread = !request.complete;
  const headers =
    unread || answer.close ? [...answer.headers, 'connection', 'close'] : answer.headers;
  if (body === undefined || body instanceof Uint8Array) {
    writeHead(request, response, answer, headers);
    if (!unread || o.awaitsContinue) {
      endWith(response, body);
      return;
    }
    if (body !== undefined) response.write(body);
    else response.flushHeaders();
    drain(request, o.idleMs, () => response.end());
    return;
  }
  const giveUp = (): void => {
    // Once the head is out, cutting the connection is the only way left to say that the body is not whole.
    if (response.headersSent || answer.instead === undefined) response.destroy();
    else {
      const other = answer.instead().then((error) => sendResponse(request, response, error, o));
      other.catch(() => response.destroy());
    }
  };
  if (body.destroyed && !body.readableEnded) {
    giveUp();
    return;
  }
  pipeBody(body, response, o.idleMs, {
    begin: () => writeHead(request, response, answer, headers),
    giveUp,
    done() {
      const trailers = answer.trailers();
      if (trailers.length > 0) response.addTrailers(pairs(trailers));
      if (request.complete || o.awaitsContinue) response.end();
      else drain(request, o.idleMs, () => response.end());
    },
  });
}

/** Ends a response: one with a short body in a single write, as Node puts a string behind the head but gathers a buffer with it. */
function endWith(response: ServerResponse, body: Uint8Array | undefined): void {
  if (Buffer.isBuffer(body) && body.length <= ONE_WRITE_BYTES) {
    response.end(body.toString('latin1'), 'latin1');
  } else response.end(body);
}

function writeHead(
  request: IncomingMessage,
  response: ServerResponse,
  { status, body }: ProxyResponse,
  headers: readonly string[],
): void {
  const chunked =
    body !== undefined && !(body instanceof Uint8Array) && request.httpVersion !== '1.0';
  // Announced trailers need chunked encoding, which only a streamed answer has; Node throws otherwise.
  const kept = chunked ? headers : withoutTrailer(headers);
  // Node takes the list as it is and does not keep it; its types ask for a mutable one.
  response.writeHead(status, kept as string[]);
}

function withoutTrailer(headers: readonly string[]): readonly string[] {
  const isTrailer = (name: string | undefined): boolean =>
    name?.length === 7 && name.toLowerCase() === 'trailer';
  for (let i = 0; i < headers.length; i += 2) {
    if (!isTrailer(headers[i])) continue;
    return headers.filter((_text, at) => !isTrailer(headers[at - (at % 2)]));
  }
  return headers;
}

interface Piping {
  /** Writes the head; throws when Node does not. */
  readonly begin: () => void;
  /** The body has failed. */
  readonly giveUp: () => void;
  /** All of it is written. */
  readonly done: () => void;
}

/** Copies a body with back-pressure; a client that stops reading for `idleMs` is cut off, and so is AWS then. */
function pipeBody(
  body: Readable,
  response: ServerResponse,
  idleMs: number,
  { begin, giveUp, done }: Piping,
): void {
  let timer: NodeJS.Timeout | undefined;
  /** The head waits for the first byte: Node would keep it back till then in any case. */
  const isBegun = (): boolean => {
    if (response.headersSent) return true;
    try {
      begin();
      return true;
    } catch {
      // A head that Node refuses to write.
      response.destroy();
      return false;
    }
  };
  const onDrain = (): void => {
    clearTimeout(timer);
    body.resume();
  };
  const onClose = (): void => {
    clearTimeout(timer);
    if (!response.writableFinished) body.destroy();
  };
  response.on('drain', onDrain);
  response.on('close', onClose);
  body.on('data', (chunk: Uint8Array) => {
    if (!isBegun() || response.write(chunk)) return;
    body.pause();
    timer = setTimeout(() => response.destroy(), idleMs);
  });
  body.on('end', () => {
    response.off('drain', onDrain);
    if (isBegun()) done();
  });
  body.on('error', giveUp);
}

function drain(request: IncomingMessage, idleMs: number, done: () => void): void {
  let left = DRAIN_BYTES;
  const finish = (): void => {
    clearTimeout(timer);
    request.off('readable', onReadable);
    request.off('end', finish);
    request.off('error', finish);
    request.off('close', finish);
    done();
  };
  const onReadable = (): void => {
    for (let chunk = request.read(); chunk !== null; chunk = request.read()) {
      left -= chunk.length;
      if (left <= 0) {
        finish();
        return;
      }
    }
  };
  if (request.readableEnded || request.destroyed) {
    done();
    return;
  }
  const timer = setTimeout(finish, Math.min(idleMs, DRAIN_MS));
  request.on('readable', onReadable);
  request.on('end', finish);
  request.on('error', finish);
  request.on('close', finish);
  onReadable();
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) list.push([flat[i] ?? '', flat[i + 1] ?? '']);
  return list;
}

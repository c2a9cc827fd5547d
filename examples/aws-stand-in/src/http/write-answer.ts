import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './answer.js';

/** Bytes of an unread body that are swallowed so that the client gets to read a refusal. */
const MAX_DRAIN = 64 * 1024 * 1024;

/**
 * Sends an answer. A refusal may come before the body was read: it is sent at once, the rest of the body is swallowed
 * up to a limit, and the connection ends, because what was not read must not be taken for the next request.
 *
 * @param now shown as `Date`, from which clients correct their clock
 * @param bodyComes false when the client still waits for `100 Continue` and will send nothing
 * @returns false when the client was gone
 */
export async function writeAnswer(
  response: ServerResponse,
  request: IncomingMessage,
  answer: Answer,
  now: Date,
  bodyComes: boolean,
): Promise<boolean> {
  const { status, body } = answer;
  const unread = hasBody(request) && !request.complete;
  try {
    response.statusCode = status;
    response.setHeader('date', now.toUTCString());
    response.setHeader('server', 'AmazonStandIn');
    for (const [name, value] of Object.entries(answer.headers)) {
      response.setHeader(name, typeof value === 'string' ? value : [...value]);
    }
    if (Buffer.isBuffer(body)) response.setHeader('content-length', body.length);
    else if (!body && request.method !== 'HEAD' && status !== 204 && status !== 304) {
      response.setHeader('content-length', 0);
    }
    if (unread) response.setHeader('connection', 'close');
    const silent = request.method === 'HEAD' || body === undefined;
    if (unread) {
      if (!silent && Buffer.isBuffer(body)) response.write(body);
      else response.flushHeaders();
      if (bodyComes) await drain(request);
      response.end();
    } else if (silent || Buffer.isBuffer(body)) response.end(silent ? undefined : body);
    else await pipeline(Readable.from(body, { objectMode: true }), response);
    return true;
  } catch {
    response.destroy();
    return false;
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function drain(request: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    size += Buffer.isBuffer(piece) ? piece.length : 0;
    if (size > MAX_DRAIN) return;
  }
}

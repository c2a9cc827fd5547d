import type { IncomingMessage } from 'node:http';
import { AwsFault } from '../errors/aws-fault.js';

/** A request exactly as it came over the wire; nothing here was verified. */
export interface WireRequest {
  readonly method: string;
  /** Raw path, percent-encoding and dot segments kept. */
  readonly path: string;
  /** Raw query without `?`. */
  readonly query: string;
  /** Host as sent, port included. */
  readonly host: string;
  /** Lower-case name → values in order of arrival. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The body; reading it sends `100 Continue` first when the client waits for that. */
  readonly body: () => AsyncIterable<Buffer>;
}

const SINGLE = [
  'host',
  'authorization',
  'x-amz-date',
  'date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-target',
  'content-length',
];

/**
 * Takes a Node request apart without any URL parser, because those fold dot segments.
 *
 * @param openBody called once, when the body is first read
 * @throws {AwsFault} on a repeated single-valued header, an ambiguous length or a target that is not a path
 */
export function readWireRequest(
  request: IncomingMessage,
  openBody: () => AsyncIterable<Buffer>,
): WireRequest {
  const headers = new Map<string, string[]>();
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    const name = (request.rawHeaders[i] ?? '').toLowerCase();
    const values = headers.get(name);
    const value = request.rawHeaders[i + 1] ?? '';
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  for (const name of SINGLE) {
    if ((headers.get(name)?.length ?? 0) > 1)
      throw bad(`The header ${name} appears more than once.`);
  }
  if (headers.has('content-length') && headers.has('transfer-encoding')) {
    throw bad('A request may carry Content-Length or Transfer-Encoding, not both.');
  }
  const target = request.url ?? '';
  if (!target.startsWith('/')) throw bad('The request target is not an absolute path.');
  const mark = target.indexOf('?');
  return {
    method: request.method ?? '',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    host: headers.get('host')?.[0] ?? '',
    headers,
    body: openBody,
  };
}

/** The first value of a header, trimmed, or undefined. */
export function header(request: WireRequest, name: string): string | undefined {
  return request.headers.get(name)?.[0]?.trim();
}

function bad(message: string): AwsFault {
  return new AwsFault('BadRequest', 400, message);
}

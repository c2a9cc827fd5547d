import { gunzipSync } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import { parseQuery, queryValue } from '../http/query.js';
import { header } from '../http/wire-request.js';
import { unfoldQuery } from './unfold-query.js';

/** The operation and its input, out of whichever protocol the client speaks. */
export interface CloudWatchCall {
  readonly operation: string;
  /** Members as the protocol wrote them; `input.ts` reads each with its type. */
  readonly input: unknown;
}

const SERVICE = 'GraniteServiceVersion20100801';
const VERSION = '2010-08-01';
/** What a compressed body may grow to. */
const MAX_INFLATED = 16 * 1024 * 1024;

/**
 * Reads a call of CloudWatch, which answers in three protocols: CBOR, AWS JSON 1.0 and the query protocol.
 *
 * @throws {AwsFault} when the body is not what the protocol says
 */
export function readCloudWatchCall({ wire, protocol }: Call, raw: Buffer): CloudWatchCall {
  const body = header(wire, 'content-encoding') === 'gzip' ? inflate(raw) : raw;
  if (protocol === 'cbor') {
    const [, service, operation = ''] =
      /^\/service\/([^/]{1,64})\/operation\/([A-Za-z]{1,64})$/.exec(wire.path) ?? [];
    if (service !== SERVICE) throw new AwsFault('UnknownOperationException', 404, 'Not known.');
    return { operation, input: body.length === 0 ? {} : parse(() => cbor.deserialize(body)) };
  }
  if (protocol === 'awsJson1.0') {
    const [service, operation = ''] = (header(wire, 'x-amz-target') ?? '').split('.');
    if (service !== SERVICE) throw new AwsFault('UnknownOperationException', 404, 'Not known.');
    return { operation, input: parse(() => JSON.parse(body.toString())) };
  }
  const pairs = parseQuery(wire.method === 'GET' ? wire.query : body.toString());
  const version = queryValue(pairs, 'Version');
  if (version !== VERSION) {
    const message = `The requested version ( ${version ?? ''} ) is not valid.`;
    throw new AwsFault('NoSuchVersion', 400, message);
  }
  return { operation: queryValue(pairs, 'Action') ?? '', input: unfoldQuery(pairs) };
}

function inflate(raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, { maxOutputLength: MAX_INFLATED });
  } catch (cause) {
    throw new AwsFault('MalformedInput', 400, 'The body is not gzip.', { cause });
  }
}

function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    throw new AwsFault('SerializationException', 400, 'The body cannot be read.', { cause });
  }
}

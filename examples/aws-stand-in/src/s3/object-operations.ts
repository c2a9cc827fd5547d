import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, emptyAnswer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { readRange, slicePieces } from './byte-range.js';
import { findObject } from './find-object.js';
import { keptHeaders } from './object-headers.js';
import { readPayload } from './open-payload.js';
import { allow, ownBucket, parameter, type S3Request } from './s3-request.js';
import type { StoredObject } from './store.js';
import { readTags } from './tagging.js';

const MAX_KEY_BYTES = 1024;

/** PutObject: stored only after everything said about the body was found true. */
export async function putObject(request: S3Request): Promise<Answer> {
  const { call, verified, key } = request;
  allow(request, 'PutObject');
  const bucket = ownBucket(request);
  checkKey(key);
  if (header(call.wire, 'if-none-match') === '*' && bucket.objects.has(key)) throw precondition();
  const tags = readTags(call.wire);
  const payload = await readPayload(call.wire, verified, call.state.options.maxObjectBytes);
  const object: StoredObject = {
    pieces: payload.pieces,
    size: payload.size,
    etag: `"${payload.md5}"`,
    headers: keptHeaders(call.wire),
    tags,
    lastModified: call.now,
    checksum: payload.checksum && { ...payload.checksum, type: 'FULL_OBJECT' },
  };
  bucket.objects.set(key, object);
  return emptyAnswer(200, { etag: object.etag, ...checksumHeaders(object) });
}

/** GetObject and HeadObject. */
export function getObject(request: S3Request): Answer {
  const { call } = request;
  allow(request, 'GetObject');
  const object = findObject(request);
  const etag = header(call.wire, 'if-match');
  if (etag !== undefined && etag !== '*' && etag !== object.etag) throw precondition();
  if (header(call.wire, 'if-none-match') === object.etag) {
    return emptyAnswer(304, { etag: object.etag });
  }
  const range = readRange(header(call.wire, 'range'), object.size);
  const wantsChecksum = header(call.wire, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    ...object.headers,
    ...overrides(request),
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    ...(object.tags.length > 0 ? { 'x-amz-tagging-count': String(object.tags.length) } : {}),
    'content-length': String(range ? range.end - range.start + 1 : object.size),
    ...(wantsChecksum && !range ? checksumHeaders(object) : {}),
  };
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`;
  const body = range ? slicePieces(object.pieces, range) : object.pieces;
  const status = range ? 206 : 200;
  return call.wire.method === 'HEAD' ? { status, headers } : { status, headers, body };
}

/** DeleteObject: succeeds whether or not the key exists. */
export function deleteObject(request: S3Request): Answer {
  allow(request, 'DeleteObject');
  ownBucket(request).objects.delete(request.key);
  return emptyAnswer(204);
}

/**
 * Refuses keys that S3 refuses.
 *
 * @throws {AwsFault} KeyTooLongError
 */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY_BYTES) return;
  throw new AwsFault('KeyTooLongError', 400, 'Your key is too long', {
    details: { Size: String(size), MaxSizeAllowed: String(MAX_KEY_BYTES) },
  });
}

/** Checksum headers of a stored object. */
export function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (!checksum) return {};
  return {
    [`x-amz-checksum-${checksum.name}`]: checksum.value,
    'x-amz-checksum-type': checksum.type,
  };
}

function overrides(request: S3Request): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name of ['content-type', 'content-disposition', 'cache-control']) {
    const value = parameter(request, `response-${name}`);
    if (value === undefined) continue;
    if (!/^[\x20-\x7e]*$/.test(value)) {
      throw new AwsFault(
        'InvalidArgument',
        400,
        'Header value cannot be represented using ISO-8859-1.',
      );
    }
    out[name] = value;
  }
  return out;
}

function precondition(): AwsFault {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new AwsFault('PreconditionFailed', 412, message);
}

import { createHash } from 'node:crypto';
import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { CHECKSUM_NAMES, createChecksum } from './checksums.js';
import { readCopySource } from './copy-source.js';
import { keptHeaders } from './object-headers.js';
import { checkKey } from './object-operations.js';
import { allow, ownBucket, type S3Request } from './s3-request.js';
import type { StoredChecksum, StoredObject } from './store.js';
import { readTags } from './tagging.js';

/** S3 copies at most this in one request. */
const MAX_COPY = 5 * 1024 ** 3;

/** CopyObject: headers of the source or new ones, a checksum over the whole, never a multipart ETag. */
export function copyObject(request: S3Request): Answer {
  const { call, bucketName, key } = request;
  allow(request, 'PutObject');
  const bucket = ownBucket(request);
  checkKey(key);
  const source = readCopySource(request);
  const replace = readDirective(request, 'x-amz-metadata-directive');
  const replaceTags = readDirective(request, 'x-amz-tagging-directive');
  if (source.bucketName === bucketName && source.key === key && !replace) {
    const message =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new AwsFault('InvalidRequest', 400, message);
  }
  if (source.object.size > MAX_COPY) {
    const message = 'The specified copy source is larger than the maximum allowable size';
    throw new AwsFault('InvalidRequest', 400, message);
  }
  const { pieces, size } = source.object;
  const object: StoredObject = {
    pieces,
    size,
    etag: `"${hexMd5(pieces)}"`,
    headers: replace ? keptHeaders(call.wire) : source.object.headers,
    tags: replaceTags ? readTags(call.wire) : source.object.tags,
    lastModified: call.now,
    checksum: checksumOf(request, source.object),
  };
  bucket.objects.set(key, object);
  const tree: XmlTree = {
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    ...checksumMembers(object),
  };
  return xmlAnswer(200, `<CopyObjectResult>${toXml(tree)}</CopyObjectResult>`);
}

/** Checksum of an object as S3 writes it into XML. */
export function checksumMembers({ checksum }: Pick<StoredObject, 'checksum'>): XmlTree {
  if (!checksum) return {};
  return {
    [`Checksum${checksum.name.toUpperCase()}`]: checksum.value,
    ChecksumType: checksum.type,
  };
}

function readDirective({ call }: S3Request, name: string): boolean {
  const stated = header(call.wire, name) ?? 'COPY';
  if (stated === 'COPY' || stated === 'REPLACE') return stated === 'REPLACE';
  throw new AwsFault('InvalidArgument', 400, 'Unknown directive.', {
    details: { ArgumentName: name, ArgumentValue: stated },
  });
}

function checksumOf(
  { call }: S3Request,
  { pieces, checksum }: StoredObject,
): StoredChecksum | undefined {
  const asked = header(call.wire, 'x-amz-checksum-algorithm')?.toLowerCase();
  const name = asked === undefined ? checksum?.name : CHECKSUM_NAMES.find((one) => one === asked);
  if (name === undefined) return undefined;
  const running = createChecksum(name);
  for (const piece of pieces) running.update(piece);
  return { name, value: running.digest(), type: 'FULL_OBJECT' };
}

function hexMd5(pieces: readonly Buffer[]): string {
  const md5 = createHash('md5');
  for (const piece of pieces) md5.update(piece);
  return md5.digest('hex');
}

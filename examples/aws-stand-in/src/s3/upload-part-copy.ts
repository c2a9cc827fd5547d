import { createHash } from 'node:crypto';
import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { toXml } from '../http/xml.js';
import { slicePieces } from './byte-range.js';
import { createChecksum } from './checksums.js';
import { type CopySource, readCopySource } from './copy-source.js';
import { findUpload, readPartNumber } from './multipart.js';
import { allow, type S3Request } from './s3-request.js';

/** UploadPartCopy: a part of an upload from the bytes of an object. */
export function uploadPartCopy(request: S3Request): Answer {
  const { call } = request;
  allow(request, 'PutObject');
  const number = readPartNumber(request);
  const upload = findUpload(request);
  const pieces = sourcePieces(readCopySource(request), call.wire);
  const md5 = createHash('md5');
  const running = upload.checksum && createChecksum(upload.checksum.name);
  for (const piece of pieces) {
    md5.update(piece);
    running?.update(piece);
  }
  const checksum = upload.checksum &&
    running && { name: upload.checksum.name, value: running.digest() };
  const part = {
    pieces,
    size: pieces.reduce((sum, piece) => sum + piece.length, 0),
    md5: md5.digest('hex'),
    lastModified: call.now,
    checksum,
  };
  upload.parts.set(number, part);
  const tree = {
    LastModified: call.now.toISOString(),
    ETag: `"${part.md5}"`,
    ...(checksum ? { [`Checksum${checksum.name.toUpperCase()}`]: checksum.value } : {}),
  };
  return xmlAnswer(200, `<CopyPartResult>${toXml(tree)}</CopyPartResult>`);
}

function sourcePieces({ object }: CopySource, wire: S3Request['call']['wire']): readonly Buffer[] {
  const stated = header(wire, 'x-amz-copy-source-range');
  if (stated === undefined) return object.pieces;
  // Unlike Range, it must have both ends, and both must lie in the object.
  const [, first = '', last = ''] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(stated) ?? [];
  const range = { start: Number(first), end: Number(last) };
  if (first === '' || range.start > range.end || range.end >= object.size) {
    const message = `Range specified is not valid for source object of size: ${object.size}`;
    throw new AwsFault('InvalidArgument', 400, message, {
      details: { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: stated },
    });
  }
  return slicePieces(object.pieces, range);
}

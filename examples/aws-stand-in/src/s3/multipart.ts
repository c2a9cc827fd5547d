import { createHash } from 'node:crypto';
import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, emptyAnswer, xmlAnswer } from '../http/answer.js';
import { header } from '../http/wire-request.js';
import { toXml } from '../http/xml.js';
import { newUuid } from '../iam/identifiers.js';
import { CHECKSUM_NAMES, createChecksum } from './checksums.js';
import { keptHeaders } from './object-headers.js';
import { checkKey, checksumHeaders } from './object-operations.js';
import { readPayload } from './open-payload.js';
import { type CompletedPart, readCompletion } from './read-completion.js';
import { allow, ownBucket, parameter, type S3Request } from './s3-request.js';
import type { StoredChecksum, StoredObject, Upload, UploadPart } from './store.js';
import { readTags } from './tagging.js';

const MIN_PART = 5 * 1024 * 1024;
const MAX_XML = 4 * 1024 * 1024;

/** CreateMultipartUpload. */
export function createUpload(request: S3Request): Answer {
  const { call, bucketName, key } = request;
  allow(request, 'PutObject');
  const bucket = ownBucket(request);
  checkKey(key);
  const algorithm = header(call.wire, 'x-amz-checksum-algorithm')?.toLowerCase();
  const name = CHECKSUM_NAMES.find((item) => item === algorithm);
  const stated = header(call.wire, 'x-amz-checksum-type');
  const full = stated === 'FULL_OBJECT' || (stated === undefined && name === 'crc64nvme');
  const id = newUuid(call.state.options.randomBytes).replaceAll('-', '');
  bucket.uploads.set(id, {
    id,
    key,
    initiated: call.now,
    headers: keptHeaders(call.wire),
    tags: readTags(call.wire),
    checksum: name && { name, type: full ? 'FULL_OBJECT' : 'COMPOSITE' },
    parts: new Map(),
  });
  const tree = { Bucket: bucketName, Key: key, UploadId: id };
  const body = `<InitiateMultipartUploadResult>${toXml(tree)}</InitiateMultipartUploadResult>`;
  return xmlAnswer(200, body, name ? { 'x-amz-checksum-algorithm': name.toUpperCase() } : {});
}

/** UploadPart. */
export async function uploadPart(request: S3Request): Promise<Answer> {
  const { call, verified } = request;
  allow(request, 'PutObject');
  const number = readPartNumber(request);
  const upload = findUpload(request);
  const payload = await readPayload(call.wire, verified, call.state.options.maxObjectBytes);
  upload.parts.set(number, { ...payload, lastModified: call.now });
  const { checksum } = payload;
  return emptyAnswer(200, {
    etag: `"${payload.md5}"`,
    ...(checksum ? { [`x-amz-checksum-${checksum.name}`]: checksum.value } : {}),
  });
}

/** CompleteMultipartUpload: parts in order, with the ETags and checksums that were given out. */
export async function completeUpload(request: S3Request): Promise<Answer> {
  const { call, verified, bucketName, key } = request;
  allow(request, 'PutObject');
  const upload = findUpload(request);
  const body = await readPayload(call.wire, verified, MAX_XML);
  const parts = chooseParts(upload, readCompletion(Buffer.concat(body.pieces).toString()));
  const pieces = parts.flatMap((part) => part.pieces);
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.md5, 'hex'));
  const object: StoredObject = {
    pieces,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `"${md5.digest('hex')}-${parts.length}"`,
    headers: upload.headers,
    tags: upload.tags,
    lastModified: call.now,
    checksum: checksumOf(upload, parts, pieces),
  };
  const { checksum } = object;
  const stated = checksum && header(call.wire, `x-amz-checksum-${checksum.name}`);
  if (stated && stated !== checksum.value) {
    const message = `The ${checksum.name.toUpperCase()} you specified did not match the calculated checksum.`;
    throw new AwsFault('BadDigest', 400, message);
  }
  const bucket = ownBucket(request);
  bucket.uploads.delete(upload.id);
  bucket.objects.set(key, object);
  const host = `${bucketName}.s3.${bucket.region}.amazonaws.com`;
  const tree = {
    Location: `https://${host}/${encodeURIComponent(key)}`,
    Bucket: bucketName,
    Key: key,
    ETag: object.etag,
    ...(checksum
      ? { [`Checksum${checksum.name.toUpperCase()}`]: checksum.value, ChecksumType: checksum.type }
      : {}),
  };
  const result = `<CompleteMultipartUploadResult>${toXml(tree)}</CompleteMultipartUploadResult>`;
  return xmlAnswer(200, result, checksumHeaders(object));
}

/** AbortMultipartUpload. */
export function abortUpload(request: S3Request): Answer {
  allow(request, 'AbortMultipartUpload');
  const upload = findUpload(request);
  ownBucket(request).uploads.delete(upload.id);
  return emptyAnswer(204);
}

/**
 * Number of the part that the call is about.
 *
 * @throws {AwsFault} InvalidArgument
 */
export function readPartNumber(request: S3Request): number {
  const number = Number(parameter(request, 'partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  const message = 'Part number must be an integer between 1 and 10000, inclusive';
  throw new AwsFault('InvalidArgument', 400, message);
}

/**
 * The upload that the call names.
 *
 * @throws {AwsFault} NoSuchUpload
 */
export function findUpload(request: S3Request): Upload {
  const upload = ownBucket(request).uploads.get(parameter(request, 'uploadId') ?? '');
  if (upload && upload.key === request.key) return upload;
  throw new AwsFault(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
}

function chooseParts(upload: Upload, wanted: readonly CompletedPart[]): readonly UploadPart[] {
  const chosen = wanted.map(({ number, etag, checksums }, index) => {
    if (index > 0 && number <= (wanted[index - 1]?.number ?? 0)) {
      throw new AwsFault('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');
    }
    const part = upload.parts.get(number);
    const claimed = part?.checksum && checksums.get(part.checksum.name);
    if (!part || part.md5 !== etag || (claimed && claimed !== part.checksum?.value)) {
      throw new AwsFault(
        'InvalidPart',
        400,
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { details: { UploadId: upload.id, PartNumber: String(number), ETag: etag } },
      );
    }
    return part;
  });
  if (chosen.slice(0, -1).some((part) => part.size < MIN_PART)) {
    const message = 'Your proposed upload is smaller than the minimum allowed size';
    throw new AwsFault('EntityTooSmall', 400, message);
  }
  return chosen;
}

function checksumOf(
  { checksum }: Upload,
  parts: readonly UploadPart[],
  pieces: readonly Buffer[],
): StoredChecksum | undefined {
  if (!checksum) return undefined;
  const { name, type } = checksum;
  const running = createChecksum(name);
  if (type === 'FULL_OBJECT') {
    for (const piece of pieces) running.update(piece);
    return { name, type, value: running.digest() };
  }
  for (const part of parts) {
    if (part.checksum?.name !== name) {
      const message = `The upload was created using the ${name} checksum, but a part carries none.`;
      throw new AwsFault('InvalidRequest', 400, message);
    }
    running.update(Buffer.from(part.checksum.value, 'base64'));
  }
  return { name, type, value: `${running.digest()}-${parts.length}` };
}

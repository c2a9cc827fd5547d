import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { allow, ownBucket, parameter, type S3Request } from './s3-request.js';
import type { StoredObject } from './store.js';
import { type KeyPage, keyWriter, readMaxKeys, walkKeys } from './walk-keys.js';

const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** ListObjectsV2: prefix, delimiter, start-after, continuation, url encoding. */
export function listObjectsV2(request: S3Request): Answer {
  allow(request, 'ListBucket');
  const { objects, name } = ownBucket(request);
  const token = parameter(request, 'continuation-token');
  const startAfter = parameter(request, 'start-after') ?? '';
  const page = readPage(request, objects, token === undefined ? startAfter : readToken(token));
  const show = keyWriter(request);
  const tree: XmlTree = {
    ...common(request, name, page),
    KeyCount: page.entries.length + page.prefixes.length,
    ContinuationToken: token,
    NextContinuationToken: page.truncated
      ? Buffer.from(page.last).toString('base64url')
      : undefined,
    StartAfter: startAfter === '' ? undefined : show(startAfter),
    ...contents(request, page),
  };
  return xmlAnswer(200, `<ListBucketResult xmlns="${XMLNS}">${toXml(tree)}</ListBucketResult>`);
}

/** ListObjects, the first version: pages begin after a marker, and only a listing with a delimiter names the next one. */
export function listObjects(request: S3Request): Answer {
  allow(request, 'ListBucket');
  const { objects, name } = ownBucket(request);
  const marker = parameter(request, 'marker') ?? '';
  const page = readPage(request, objects, marker);
  const show = keyWriter(request);
  const delimited = (parameter(request, 'delimiter') ?? '') !== '';
  const tree: XmlTree = {
    ...common(request, name, page),
    Marker: show(marker),
    NextMarker: page.truncated && delimited ? show(page.last) : undefined,
    ...contents(request, page),
  };
  return xmlAnswer(200, `<ListBucketResult xmlns="${XMLNS}">${toXml(tree)}</ListBucketResult>`);
}

function readPage(
  request: S3Request,
  objects: ReadonlyMap<string, StoredObject>,
  after: string,
): KeyPage<StoredObject> {
  return walkKeys(objects, {
    prefix: parameter(request, 'prefix') ?? '',
    delimiter: parameter(request, 'delimiter') ?? '',
    after,
    limit: readMaxKeys(request, 'max-keys'),
  });
}

function common(request: S3Request, name: string, page: KeyPage<StoredObject>): XmlTree {
  const show = keyWriter(request);
  const delimiter = parameter(request, 'delimiter') ?? '';
  return {
    Name: name,
    Prefix: show(parameter(request, 'prefix') ?? ''),
    Delimiter: delimiter === '' ? undefined : show(delimiter),
    MaxKeys: readMaxKeys(request, 'max-keys'),
    EncodingType: parameter(request, 'encoding-type') === 'url' ? 'url' : undefined,
    IsTruncated: page.truncated,
  };
}

function contents(request: S3Request, page: KeyPage<StoredObject>): XmlTree {
  const show = keyWriter(request);
  return {
    Contents: page.entries.map(([key, object]) => ({
      Key: show(key),
      LastModified: object.lastModified.toISOString(),
      ETag: object.etag,
      ChecksumAlgorithm: object.checksum?.name.toUpperCase(),
      ChecksumType: object.checksum?.type,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.prefixes.map((text) => ({ Prefix: show(text) })),
  };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (token !== '' && Buffer.from(text).toString('base64url') === token) return text;
  throw new AwsFault('InvalidArgument', 400, 'The continuation token provided is incorrect');
}

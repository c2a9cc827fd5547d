import { type Answer, xmlAnswer } from '../http/answer.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { allow, ownBucket, parameter, type S3Request } from './s3-request.js';
import type { Upload } from './store.js';
import { keyWriter, readMaxKeys, walkKeys } from './walk-keys.js';

// Separates key from id where both order a listing; it cannot stand in a key that XML can show.
const BETWEEN = '\u0000';

/** ListMultipartUploads: uploads that are neither completed nor aborted, by key and then by id. */
export function listUploads(request: S3Request): Answer {
  allow(request, 'ListBucketMultipartUploads');
  const bucket = ownBucket(request);
  const prefix = parameter(request, 'prefix') ?? '';
  const delimiter = parameter(request, 'delimiter') ?? '';
  const keyMarker = parameter(request, 'key-marker') ?? '';
  const idMarker = parameter(request, 'upload-id-marker') ?? '';
  const limit = readMaxKeys(request, 'max-uploads');
  const show = keyWriter(request);
  const all = new Map(
    [...bucket.uploads.values()].map((upload) => [upload.key + BETWEEN + upload.id, upload]),
  );
  // A key marker alone means: behind every upload of that key.
  const after =
    keyMarker === '' ? '' : keyMarker + (idMarker === '' ? '\u0001' : BETWEEN + idMarker);
  const page = walkKeys(all, { prefix, delimiter, after, limit });
  const [lastKey = '', lastId] = page.last.split(BETWEEN);
  const tree: XmlTree = {
    Bucket: bucket.name,
    KeyMarker: show(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: page.truncated ? show(lastKey) : undefined,
    NextUploadIdMarker: page.truncated ? lastId : undefined,
    Prefix: show(prefix),
    Delimiter: delimiter === '' ? undefined : show(delimiter),
    MaxUploads: limit,
    EncodingType: parameter(request, 'encoding-type') === 'url' ? 'url' : undefined,
    IsTruncated: page.truncated,
    Upload: page.entries.map(([, upload]) => describe(upload, show)),
    CommonPrefixes: page.prefixes.map((text) => ({ Prefix: show(text) })),
  };
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const name = 'ListMultipartUploadsResult';
  return xmlAnswer(200, `<${name} xmlns="${xmlns}">${toXml(tree)}</${name}>`);
}

function describe(upload: Upload, show: (text: string) => string): XmlTree {
  return {
    Key: show(upload.key),
    UploadId: upload.id,
    StorageClass: 'STANDARD',
    Initiated: upload.initiated.toISOString(),
    ChecksumAlgorithm: upload.checksum?.name.toUpperCase(),
    ChecksumType: upload.checksum?.type,
  };
}

import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { toXml, type XmlTree } from '../http/xml.js';
import { allow, ownBucket, parameter, type S3Request } from './s3-request.js';
import type { StoredObject } from './store.js';

/** ListObjectsV2: prefix, delimiter, start-after, continuation, url encoding. */
export function listObjects(request: S3Request): Answer {
  allow(request, 'ListBucket');
  const bucket = ownBucket(request);
  const prefix = parameter(request, 'prefix') ?? '';
  const delimiter = parameter(request, 'delimiter') ?? '';
  const token = parameter(request, 'continuation-token');
  const startAfter = parameter(request, 'start-after') ?? '';
  const maxKeys = readMaxKeys(parameter(request, 'max-keys'));
  const after = token === undefined ? startAfter : readToken(token);
  const urlEncoded = parameter(request, 'encoding-type') === 'url';
  const show = (text: string) => (urlEncoded ? encodeKey(text) : text);

  const contents: XmlTree[] = [];
  const prefixes: string[] = [];
  let last = after;
  let truncated = false;
  for (const [key, object] of sortedObjects(bucket.objects)) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    // A common prefix that was already given covers every key under it.
    if (compareKeys(entry, after) <= 0 || entry === prefixes.at(-1)) continue;
    if (contents.length + prefixes.length >= maxKeys) {
      truncated = true;
      break;
    }
    if (cut < 0) contents.push(toContent(show(key), object));
    else prefixes.push(entry);
    last = entry;
  }

  const tree: XmlTree = {
    Name: bucket.name,
    Prefix: show(prefix),
    Delimiter: delimiter === '' ? undefined : show(delimiter),
    MaxKeys: maxKeys,
    EncodingType: urlEncoded ? 'url' : undefined,
    KeyCount: contents.length + prefixes.length,
    IsTruncated: truncated,
    ContinuationToken: token,
    NextContinuationToken: truncated ? Buffer.from(last).toString('base64url') : undefined,
    StartAfter: startAfter === '' ? undefined : show(startAfter),
    Contents: contents,
    CommonPrefixes: prefixes.map((text) => ({ Prefix: show(text) })),
  };
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlAnswer(200, `<ListBucketResult xmlns="${xmlns}">${toXml(tree)}</ListBucketResult>`);
}

function toContent(key: string, object: StoredObject): XmlTree {
  return {
    Key: key,
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    Size: object.size,
    StorageClass: 'STANDARD',
  };
}

function sortedObjects(objects: ReadonlyMap<string, StoredObject>) {
  return [...objects].sort(([a], [b]) => compareKeys(a, b));
}

// S3 sorts by the bytes of UTF-8, which differs from JavaScript's order outside the basic plane.
function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function readMaxKeys(text: string | undefined): number {
  if (text === undefined) return 1000;
  if (!/^\d{1,9}$/.test(text)) {
    throw new AwsFault(
      'InvalidArgument',
      400,
      'Provided max-keys not an integer or within integer range',
    );
  }
  return Math.min(Number(text), 1000);
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (token !== '' && Buffer.from(text).toString('base64url') === token) return text;
  throw new AwsFault('InvalidArgument', 400, 'The continuation token provided is incorrect');
}

function encodeKey(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
}

import { AwsFault } from '../errors/aws-fault.js';
import { type Answer, xmlAnswer } from '../http/answer.js';
import { parseQuery, type QueryPairs } from '../http/query.js';
import { header, type WireRequest } from '../http/wire-request.js';
import { toXml } from '../http/xml.js';
import { findObject } from './find-object.js';
import { allow, type S3Request } from './s3-request.js';

const MAX_TAGS = 10;

/** GetObjectTagging: recent tools ask for it before they copy an object part by part. */
export function getObjectTagging(request: S3Request): Answer {
  allow(request, 'GetObjectTagging');
  const Tag = findObject(request).tags.map(([Key, Value]) => ({ Key, Value }));
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlAnswer(200, `<Tagging xmlns="${xmlns}">${toXml({ TagSet: { Tag } })}</Tagging>`);
}

/**
 * The tags of an upload, from its `x-amz-tagging` header.
 *
 * @throws {AwsFault} InvalidTag, InvalidArgument
 */
export function readTags(wire: WireRequest): QueryPairs {
  const tags = parseQuery(header(wire, 'x-amz-tagging') ?? '');
  if (tags.length > MAX_TAGS) {
    throw new AwsFault('BadRequest', 400, `Object tags cannot be greater than ${MAX_TAGS}`);
  }
  const names = new Set(tags.map(([name]) => name));
  const odd = tags.some(([name, value]) => !NAME.test(name) || !VALUE.test(value));
  if (odd)
    throw new AwsFault('InvalidTag', 400, 'The TagKey or TagValue you have provided is invalid');
  if (names.size === tags.length) return tags;
  throw new AwsFault('InvalidTag', 400, 'Cannot provide multiple Tags with the same key');
}

const NAME = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

import { AwsFault } from '../errors/aws-fault.js';
import { decodePercent } from '../http/query.js';
import { header } from '../http/wire-request.js';
import { findObject } from './find-object.js';
import { allow, ownBucket, type S3Request, s3Arn } from './s3-request.js';
import type { StoredObject } from './store.js';

/** The object that a copy reads. */
export interface CopySource {
  readonly bucketName: string;
  readonly key: string;
  readonly object: StoredObject;
}

/**
 * Finds what `x-amz-copy-source` names, if the caller may read it and its conditions hold.
 *
 * @throws {AwsFault} InvalidArgument, NoSuchBucket, NoSuchKey, AccessDenied, PreconditionFailed
 */
export function readCopySource(request: S3Request): CopySource {
  const { wire, target } = request.call;
  const stated = header(wire, 'x-amz-copy-source') ?? '';
  if (stated.includes('?')) {
    const message = 'A version of the source was named; the stand-in keeps none.';
    throw new AwsFault('NotImplemented', 501, message);
  }
  // Blanks may come as a plus: the SDKs write %20, older tools the form encoding.
  const path = decodePercent(stated.replaceAll('+', '%20')).replace(/^\//, '');
  const slash = path.indexOf('/');
  if (slash <= 0 || slash === path.length - 1) {
    const message = 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey';
    throw new AwsFault('InvalidArgument', 400, message, {
      details: { ArgumentName: 'x-amz-copy-source', ArgumentValue: stated },
    });
  }
  const source = { bucketName: path.slice(0, slash), key: path.slice(slash + 1) };
  // A copy may cross regions: the source's own endpoint is not what was dialled.
  const call = { ...request.call, target: { ...target, region: undefined } };
  const reading: S3Request = { ...request, ...source, call };
  allow(reading, 'GetObject', s3Arn(reading));
  ownBucket(reading);
  const object = findObject(reading);
  checkConditions(request, object);
  return { ...source, object };
}

function checkConditions({ call: { wire } }: S3Request, { etag, lastModified }: StoredObject) {
  const match = header(wire, 'x-amz-copy-source-if-match');
  const noneMatch = header(wire, 'x-amz-copy-source-if-none-match');
  const modified = header(wire, 'x-amz-copy-source-if-modified-since');
  const unmodified = header(wire, 'x-amz-copy-source-if-unmodified-since');
  // HTTP dates know whole seconds only.
  const seconds = Math.floor(lastModified.getTime() / 1000);
  const fails =
    (match !== undefined && bare(match) !== bare(etag)) ||
    (noneMatch !== undefined && bare(noneMatch) === bare(etag)) ||
    (modified !== undefined && seconds <= Date.parse(modified) / 1000) ||
    (unmodified !== undefined && match === undefined && seconds > Date.parse(unmodified) / 1000);
  if (!fails) return;
  const message = 'At least one of the pre-conditions you specified did not hold';
  throw new AwsFault('PreconditionFailed', 412, message);
}

const bare = (etag: string) => etag.replaceAll('"', '');

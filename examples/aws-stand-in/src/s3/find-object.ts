import { AwsFault } from '../errors/aws-fault.js';
import { decideByIdentity } from '../iam/authorize.js';
import { ownBucket, type S3Request } from './s3-request.js';
import type { StoredObject } from './store.js';

/**
 * The object that the call names.
 *
 * @throws {AwsFault} NoSuchKey, or AccessDenied for callers who may not list: they must not learn which keys exist
 */
export function findObject(request: S3Request): StoredObject {
  const bucket = ownBucket(request);
  const object = bucket.objects.get(request.key);
  if (object) return object;
  const arn = `arn:${request.call.target.partition}:s3:::${bucket.name}`;
  if (decideByIdentity(request.verified.caller, 's3:ListBucket', arn) !== 'allow') {
    throw new AwsFault('AccessDenied', 403, 'Access Denied');
  }
  throw new AwsFault('NoSuchKey', 404, 'The specified key does not exist.', {
    details: { Key: request.key },
  });
}

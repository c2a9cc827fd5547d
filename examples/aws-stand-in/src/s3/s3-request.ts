import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import { decodePercent, type QueryPairs, queryValue } from '../http/query.js';
import { authorize } from '../iam/authorize.js';
import type { Verified } from '../sigv4/verify-signature.js';
import type { Bucket } from './store.js';

/** An S3 call after its signature was verified. */
export interface S3Request {
  readonly call: Call;
  readonly verified: Verified;
  readonly query: QueryPairs;
  /** '' for calls to the service itself. */
  readonly bucketName: string;
  /** '' for calls to a bucket. */
  readonly key: string;
}

/**
 * Bucket and key of a request in either addressing style. Dot segments and empty segments belong to the key.
 *
 * @throws {AwsFault} when the path is not valid UTF-8 percent-encoding
 */
export function readAddress(call: Call): { readonly bucketName: string; readonly key: string } {
  const path = decodePercent(call.wire.path).slice(1);
  if (call.target.bucket !== undefined) return { bucketName: call.target.bucket, key: path };
  const slash = path.indexOf('/');
  return slash < 0
    ? { bucketName: path, key: '' }
    : { bucketName: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** A query parameter of the call. */
export function parameter(request: S3Request, name: string): string | undefined {
  return queryValue(request.query, name);
}

/** ARN of the bucket or object. */
export function s3Arn({ call, bucketName, key }: S3Request): string {
  const path = key === '' ? bucketName : `${bucketName}/${key}`;
  return `arn:${call.target.partition}:s3:::${path}`;
}

/**
 * Notes the action in the log and asks the caller's policies.
 *
 * @param action without `s3:`
 * @throws {AwsFault} AccessDenied
 */
export function allow(request: S3Request, action: string, resource = s3Arn(request)): void {
  authorize(request.verified.caller, 's3', `s3:${action}`, resource);
}

/**
 * The bucket the call names.
 *
 * @throws {AwsFault} NoSuchBucket, AccessDenied for another account's bucket, PermanentRedirect for another region's
 */
export function ownBucket(request: S3Request): Bucket {
  const { call, bucketName, verified } = request;
  const bucket = call.state.buckets.find(call.target.partition, bucketName);
  if (!bucket) {
    throw new AwsFault('NoSuchBucket', 404, 'The specified bucket does not exist', {
      details: { BucketName: bucketName },
    });
  }
  if (bucket.accountId !== verified.caller.accountId) {
    throw new AwsFault('AccessDenied', 403, 'Access Denied');
  }
  if (call.target.region !== undefined && call.target.region !== bucket.region) {
    throw new AwsFault(
      'PermanentRedirect',
      301,
      'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
      {
        details: {
          Endpoint: `${bucketName}.s3.${bucket.region}.amazonaws.com`,
          Bucket: bucketName,
        },
        headers: { 'x-amz-bucket-region': bucket.region },
      },
    );
  }
  return bucket;
}

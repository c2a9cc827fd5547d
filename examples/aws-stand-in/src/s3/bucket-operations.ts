import { AwsFault } from '../errors/aws-fault.js';
import { partitionOf } from '../hosts/partitions.js';
import { type Answer, emptyAnswer, xmlAnswer } from '../http/answer.js';
import { toXml } from '../http/xml.js';
import { readPayload } from './open-payload.js';
import { allow, ownBucket, type S3Request } from './s3-request.js';
import { isBucketName } from './store.js';

const MAX_XML = 1024 * 1024;

/** ListBuckets. */
export function listBuckets(request: S3Request): Answer {
  allow(request, 'ListAllMyBuckets', '*');
  const { call, verified } = request;
  const buckets = call.state.buckets.list(call.target.partition, verified.caller.accountId);
  const owner = { ID: verified.caller.accountId };
  const Bucket = buckets.map(({ name, created }) => ({
    Name: name,
    CreationDate: created.toISOString(),
  }));
  const tree = { Owner: owner, Buckets: { Bucket } };
  return xmlAnswer(200, `<ListAllMyBucketsResult>${toXml(tree)}</ListAllMyBucketsResult>`);
}

/** CreateBucket: the location constraint must be the endpoint's region, as AWS insists. */
export async function createBucket(request: S3Request): Promise<Answer> {
  const { call, verified, bucketName } = request;
  allow(request, 'CreateBucket');
  const { pieces } = await readPayload(call.wire, verified, MAX_XML);
  const xml = Buffer.concat(pieces).toString();
  const stated = /<LocationConstraint>([^<]*)<\/LocationConstraint>/.exec(xml)?.[1];
  const home = partitionOf(call.target.partition).globalRegion;
  const region = call.target.region ?? stated ?? home;
  if ((stated ?? 'us-east-1') !== region) {
    throw new AwsFault(
      'IllegalLocationConstraintException',
      400,
      `The ${stated ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (!isBucketName(bucketName)) {
    throw new AwsFault('InvalidBucketName', 400, 'The specified bucket is not valid.', {
      details: { BucketName: bucketName },
    });
  }
  const existing = call.state.buckets.find(call.target.partition, bucketName);
  if (existing) {
    throw existing.accountId === verified.caller.accountId
      ? new AwsFault(
          'BucketAlreadyOwnedByYou',
          409,
          'Your previous request to create the named bucket succeeded and you already own it.',
        )
      : new AwsFault(
          'BucketAlreadyExists',
          409,
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system.',
        );
  }
  const { accountId } = verified.caller;
  const seed = { name: bucketName, region, accountId, created: call.now };
  call.state.buckets.add(call.target.partition, seed);
  return emptyAnswer(200, { location: `/${bucketName}` });
}

/** HeadBucket. */
export function headBucket(request: S3Request): Answer {
  allow(request, 'ListBucket');
  return emptyAnswer(200, { 'x-amz-bucket-region': ownBucket(request).region });
}

/** GetBucketLocation. */
export function getBucketLocation(request: S3Request): Answer {
  allow(request, 'GetBucketLocation');
  const { region } = ownBucket(request);
  const text = region === 'us-east-1' ? '' : region;
  return xmlAnswer(200, `<LocationConstraint>${text}</LocationConstraint>`);
}

/** DeleteBucket: only an empty one goes. */
export function deleteBucket(request: S3Request): Answer {
  allow(request, 'DeleteBucket');
  const bucket = ownBucket(request);
  if (bucket.objects.size > 0) {
    const message = 'The bucket you tried to delete is not empty';
    throw new AwsFault('BucketNotEmpty', 409, message);
  }
  request.call.state.buckets.remove(request.call.target.partition, bucket.name);
  return emptyAnswer(204);
}

import { authenticateS3 } from '../authenticate.js';
import type { Call } from '../call.js';
import { AwsFault } from '../errors/aws-fault.js';
import { partitionOf } from '../hosts/partitions.js';
import type { Answer } from '../http/answer.js';
import { parseQuery } from '../http/query.js';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  headBucket,
  listBuckets,
} from './bucket-operations.js';
import { copyObject } from './copy-object.js';
import { deleteObjects } from './delete-objects.js';
import { listObjects, listObjectsV2 } from './list-objects.js';
import { listParts } from './list-parts.js';
import { listUploads } from './list-uploads.js';
import { abortUpload, completeUpload, createUpload, uploadPart } from './multipart.js';
import { deleteObject, getObject, putObject } from './object-operations.js';
import { readAddress, type S3Request } from './s3-request.js';
import { getObjectTagging } from './tagging.js';
import { uploadPartCopy } from './upload-part-copy.js';

type Operation = (request: S3Request) => Answer | Promise<Answer>;

// Chosen by level, method, the subresource that is present and a copy source; the name is the one of the S3 API.
const OPERATIONS: ReadonlyMap<string, readonly [name: string, run: Operation]> = new Map([
  ['service GET', ['ListBuckets', listBuckets]],
  ['bucket PUT', ['CreateBucket', createBucket]],
  ['bucket HEAD', ['HeadBucket', headBucket]],
  ['bucket DELETE', ['DeleteBucket', deleteBucket]],
  ['bucket GET location', ['GetBucketLocation', getBucketLocation]],
  ['bucket GET', ['ListObjects', listObjects]],
  ['bucket GET list-type', ['ListObjectsV2', listObjectsV2]],
  ['bucket GET uploads', ['ListMultipartUploads', listUploads]],
  ['bucket POST delete', ['DeleteObjects', deleteObjects]],
  ['object PUT', ['PutObject', putObject]],
  ['object GET', ['GetObject', getObject]],
  ['object HEAD', ['HeadObject', getObject]],
  ['object DELETE', ['DeleteObject', deleteObject]],
  ['object PUT copy', ['CopyObject', copyObject]],
  ['object PUT uploadId copy', ['UploadPartCopy', uploadPartCopy]],
  ['object GET uploadId', ['ListParts', listParts]],
  ['object GET tagging', ['GetObjectTagging', getObjectTagging]],
  ['object POST uploads', ['CreateMultipartUpload', createUpload]],
  ['object PUT uploadId', ['UploadPart', uploadPart]],
  ['object POST uploadId', ['CompleteMultipartUpload', completeUpload]],
  ['object DELETE uploadId', ['AbortMultipartUpload', abortUpload]],
]);

const SUBRESOURCES = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'list-type',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versionId',
  'versioning',
  'versions',
  'website',
];

/** Serves one S3 call in either addressing style. */
export async function serveS3(call: Call): Promise<Answer> {
  const { wire, target, draft, state } = call;
  const { bucketName, key } = readAddress(call);
  const bucket = state.buckets.find(target.partition, bucketName);
  // The global endpoint answers for every region; the bucket's home decides how it must be signed.
  const region = target.region ?? bucket?.region ?? partitionOf(target.partition).globalRegion;
  const verified = await authenticateS3(call, region);
  draft.region = region;
  const query = parseQuery(wire.query);
  const level = bucketName === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const subresource = SUBRESOURCES.find((name) => query.some(([given]) => given === name));
  const copy = wire.headers.has('x-amz-copy-source') ? 'copy' : undefined;
  const parts = [level, wire.method, subresource, copy].filter((part) => part !== undefined);
  const operation = OPERATIONS.get(parts.join(' '));
  if (!operation) {
    throw new AwsFault(
      'NotImplemented',
      501,
      'A header or subresource you provided implies functionality that the stand-in does not have',
    );
  }
  draft.action = `s3:${operation[0]}`;
  const answer = await operation[1]({ call, verified, query, bucketName, key });
  const ids = { 'x-amz-request-id': call.requestId, 'x-amz-id-2': call.hostId };
  return { ...answer, headers: { ...ids, ...answer.headers } };
}

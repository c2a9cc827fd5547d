import { splitAwsSuffix } from '../target/aws-suffix.js';
import { readHostShape } from '../target/host-shape.js';
import { matchRestOperation, type RestRequest } from './match-rest.js';
import type { RestRoutes } from './rest-routes.js';

const S3_FAMILY: ReadonlySet<string> = new Set([
  's3',
  's3-object-lambda',
  's3-outposts',
  's3express',
]);

/** Query keys that refine an S3 operation and never choose one. A key that is neither here nor in the route may be a new operation. */
const NEUTRAL_KEYS: ReadonlySet<string> = new Set([
  'x-id',
  'versionId',
  'partNumber',
  'uploadId',
  'prefix',
  'delimiter',
  'encoding-type',
  'marker',
  'max-keys',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-uploads',
  'max-parts',
  'part-number-marker',
  'continuation-token',
  'fetch-owner',
  'start-after',
  'id',
  'list-type',
  'bucket-region',
  'max-buckets',
  'max-directory-buckets',
]);

/**
 * Names an operation of S3 and its relatives. Buckets can stand in the host or in the path, and most operations differ only in a
 * query key.
 *
 * @param host the AWS host; undefined when the bucket is in the path
 * @returns undefined for another service; an undefined operation when the request has a key that no known operation has
 */
export function nameS3Operation(
  service: string,
  request: RestRequest,
  host: string | undefined,
  routes: RestRoutes,
): { readonly operation: string | undefined } | undefined {
  if (!S3_FAMILY.has(service)) return undefined;
  // S3 takes an encoded slash for a slash.
  const asked = request.segments.flatMap((segment) => segment.split(/%2f/i));
  const [first, second = ''] = asked;
  if (first === 'v20180820') {
    return { operation: matchRestOperation(routes, 's3control', request)?.operation };
  }
  if (first === 'WriteGetObjectResponse' && service === 's3-object-lambda') {
    return { operation: request.method === 'POST' ? first : undefined };
  }
  const inHost = hasBucketInHost(host);
  const path = inHost ? ['bucket', ...asked] : asked;
  // `/bucket/` is the bucket, not an object with an empty name.
  const isBucket = path.length === 2 && path[1] === '';
  const segments = isBucket ? path.slice(0, 1) : path;
  if (service === 's3express' && !inHost && first === '' && second === '') {
    return { operation: request.method === 'GET' ? 'ListDirectoryBuckets' : undefined };
  }
  // It hands out credentials, so no further key may hide it.
  if (service === 's3express' && request.query.has('session'))
    return { operation: 'CreateSession' };
  const hoisted = hoistedHeaders(request);
  const match = matchRestOperation(routes, 's3', {
    ...request,
    segments,
    headerNames: new Set([...request.headerNames, ...hoisted]),
  });
  if (match === undefined) return { operation: undefined };
  // Only a presigned request has headers in its query. Elsewhere one that would choose the operation may count or not.
  if (hoisted.length > 0 && !isPresigned(request)) {
    const plain = matchRestOperation(routes, 's3', { ...request, segments });
    if (plain?.operation !== match.operation) return { operation: undefined };
  }
  const hasOtherKey = [...request.query.keys()].some(
    (key) => !isNeutral(key) && !match.keys.includes(key),
  );
  return { operation: hasOtherKey ? undefined : match.operation };
}

/** Presigning moves headers into the query, and S3 honours them there in any case. */
function hoistedHeaders({ query }: RestRequest): readonly string[] {
  return [...query.keys()]
    .map((key) => key.toLowerCase())
    .filter((key) => key.startsWith('x-amz-'));
}

function isPresigned({ query }: RestRequest): boolean {
  return query.has('X-Amz-Signature') && query.has('X-Amz-Algorithm');
}

function isNeutral(key: string): boolean {
  return NEUTRAL_KEYS.has(key) || key.startsWith('response-') || /^x-amz-/i.test(key);
}

function hasBucketInHost(host: string | undefined): boolean {
  const name =
    host === undefined ? undefined : splitAwsSuffix(host.toLowerCase().split(':')[0] ?? '');
  if (name === undefined) return false;
  const labels = name.labels.at(-1) === 'vpce' ? name.labels.slice(0, -1) : name.labels;
  const shape = readHostShape(name);
  const service = labels.findLastIndex((label) => /^s3(?:$|-|express-)/.test(label));
  if (name.labels.at(-1) === 'vpce') {
    return labels.findIndex((label) => label.startsWith('vpce-')) > 1;
  }
  return shape.signingNames !== undefined && service > 0;
}

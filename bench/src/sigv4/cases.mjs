/** Small JSON call, small call with a session token, GET with a query, 1 MiB upload. */

const EXAMPLE = {
  accessKeyId: 'AKIDEXAMPLE000000000',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const JSON_BODY = JSON.stringify({
  TableName: 'tickets',
  Key: { customer: { S: '0000000001' }, ticket: { S: '2026-01-01T00:00:00Z/0001' } },
  ConsistentRead: true,
  ReturnConsumedCapacity: 'TOTAL',
}).padEnd(300, ' ');

const json = {
  service: 'dynamodb',
  region: 'eu-west-1',
  credentials: EXAMPLE,
  method: 'POST',
  path: '/',
  query: {},
  headers: {
    host: 'dynamodb.eu-west-1.amazonaws.com',
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.GetItem',
    'content-length': String(JSON_BODY.length),
    'amz-sdk-request': 'attempt=1; max=3',
    'user-agent': 'aws-sdk-js/3.1169.0 ua/2.1',
  },
  body: JSON_BODY,
};

export const cases = {
  json,
  'json-token': { ...json, credentials: { ...EXAMPLE, sessionToken: 'IQoJb3JpZ2lu'.repeat(74) } },
  's3-get': {
    service: 's3',
    region: 'eu-west-1',
    credentials: EXAMPLE,
    method: 'GET',
    path: '/reports/2026/01/summary-of-the-month.pdf',
    query: { versionId: 'abc123XYZ', 'response-content-type': 'application/pdf' },
    headers: {
      host: 'example-bucket.s3.eu-west-1.amazonaws.com',
      accept: '*/*',
      'accept-encoding': 'identity',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-checksum-mode': 'ENABLED',
      'amz-sdk-invocation-id': 'b6bf3a1e-6a2b-4c2e-8c3a-0f4f5b7a9b11',
      'amz-sdk-request': 'attempt=1; max=3',
      range: 'bytes=0-65535',
    },
    body: undefined,
  },
  'put-1MiB': {
    service: 's3',
    region: 'eu-west-1',
    credentials: EXAMPLE,
    method: 'PUT',
    path: '/backups/2026/01/01/blob.bin',
    query: {},
    headers: {
      host: 'example-bucket.s3.eu-west-1.amazonaws.com',
      'content-type': 'application/octet-stream',
      'content-length': '1048576',
      'amz-sdk-request': 'attempt=1; max=3',
    },
    body: Buffer.alloc(1 << 20, 'the quick brown fox jumps over the lazy dog '),
  },
};

/** Who signs upstream, in the proxy's step. */
export const UPSTREAM = {
  accessKeyId: 'ASIAUPSTREAM00000000',
  secretAccessKey: 'upstream/secret+0123456789abcdefghijklmnop',
  sessionToken: 'FwoGZXIvYXdzE'.repeat(30),
};

/** The time of every signature: 2026-11-20T12:00:00Z. */
export const NOW = new Date(1_795_176_000_000);

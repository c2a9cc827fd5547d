import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type NameOperationQuery,
  nameOperation as nameByRoutes,
} from '../../src/operation/name-operation.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';

const routes = await loadRestRoutes();
const nameOperation = (query: NameOperationQuery) => nameByRoutes(query, routes);

const name = (service: string, request: string, more: Partial<NameOperationQuery> = {}) => {
  const [method = '', target = ''] = request.split(' ');
  const query = { service, method, target, headers: [], host: undefined, ...more };
  return nameOperation(query).operation;
};
const target = (value: string) => [['X-Amz-Target', value]] as const;
const form = (body: string) => ({
  headers: [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']] as const,
  body: Buffer.from(body),
});

describe('nameOperation', () => {
  it('writes the action with the signing name', () => {
    const query = { service: 'dynamodb', method: 'POST', target: '/', host: undefined };
    expect(nameOperation({ ...query, headers: target('DynamoDB_20120810.GetItem') })).toEqual({
      operation: 'GetItem',
      action: 'dynamodb:GetItem',
    });
    expect(nameOperation({ ...query, headers: [] }).action).toBe('dynamodb:*unknown*');
  });

  it.each([
    ['sts', 'POST /', form('Action=GetCallerIdentity&Version=2011-06-15'), 'GetCallerIdentity'],
    ['sts', 'POST /', form('Version=2011-06-15&%41ction=Assume%52ole'), 'AssumeRole'],
    ['sts', 'GET /?Action=GetCallerIdentity', {}, 'GetCallerIdentity'],
    ['sqs', 'GET /123456789012/queue?Action=ReceiveMessage', {}, 'ReceiveMessage'],
    ['sqs', 'POST /', { headers: target('AmazonSQS.SendMessage') }, 'SendMessage'],
    [
      'monitoring',
      'POST /service/GraniteServiceVersion20100801/operation/ListMetrics',
      {},
      'ListMetrics',
    ],
    ['ec2', 'POST /', form('Action=DescribeInstances'), 'DescribeInstances'],
    ['brand-new', 'POST /', { headers: target('BrandNew.DoIt') }, 'DoIt'],
    ['lambda', 'POST /2015-03-31/functions/f/invocations', {}, 'Invoke'],
    [
      'lambda',
      'GET /2015-03-31/functions/arn%3Aaws%3Alambda/configuration',
      {},
      'GetFunctionConfiguration',
    ],
    ['bedrock', 'POST /model/m/converse-stream', {}, 'ConverseStream'],
    ['route53', 'POST /2013-04-01/hostedzone/Z/rrset/', {}, 'ChangeResourceRecordSets'],
    ['cloudfront', 'GET /2020-05-31/distribution/D/config', {}, 'GetDistributionConfig'],
    ['ses', 'POST /v2/email/outbound-emails', {}, 'SendEmail'],
    ['ses', 'POST /', form('Action=SendEmail'), 'SendEmail'],
    ['execute-api', 'POST /@connections/abc%3D', {}, 'PostToConnection'],
  ])('names %s %s', (service, request, more, expected) => {
    expect(name(service, request, more)).toBe(expected);
  });

  it.each([
    ['two actions', 'sts', 'POST /', form('Action=GetCallerIdentity&Action=AssumeRole')],
    [
      'actions in query and body',
      'sts',
      'POST /?Action=GetCallerIdentity',
      form('Action=AssumeRole'),
    ],
    [
      'target and action',
      'sqs',
      'POST /',
      {
        ...form('Action=DeleteQueue'),
        headers: [...target('AmazonSQS.GetQueueUrl'), ...form('').headers],
      },
    ],
    [
      'two targets',
      'dynamodb',
      'POST /',
      { headers: [...target('D.GetItem'), ...target('D.DeleteTable')] },
    ],
    ['an action that is no name', 'sts', 'POST /', form('Action=Get*')],
    ['no body in hand', 'sts', 'POST /', {}],
    ['dot segments', 'lambda', 'GET /2015-03-31/functions/../functions', {}],
    ['an empty segment', 'lambda', 'GET /2015-03-31//functions', {}],
    ['a letter encoded without need', 'lambda', 'GET /2015-03-31/%66unctions/', {}],
    ['a route of no operation', 'lambda', 'PATCH /2015-03-31/functions', {}],
    ['a subresource of tomorrow', 's3', 'PUT /bucket?brand-new', {}],
    [
      'a body without a type beside the query',
      'sts',
      'POST /?Action=GetCallerIdentity',
      { body: Buffer.from('Action=AssumeRole') },
    ],
    [
      'a body that nobody has seen',
      'sts',
      'POST /?Action=GetCallerIdentity',
      { headers: [['Content-Length', '17']] as const },
    ],
    [
      'a chunked body that nobody has seen',
      'sqs',
      'POST /',
      { headers: [...target('AmazonSQS.GetQueueUrl'), ['Transfer-Encoding', 'chunked']] as const },
    ],
    [
      'a body that is too long to look at',
      'sts',
      'POST /?Action=GetCallerIdentity',
      { body: Buffer.alloc(1024 * 1024 + 1) },
    ],
  ])('does not name a request with %s', (_, service, request, more) => {
    expect(name(service, request, more)).toBeUndefined();
  });

  it('tells services that share a signing name and a route apart by host', () => {
    const request = 'GET /tags/arn';
    const at = (prefix: string) =>
      name('bedrock', request, { host: `${prefix}.us-west-2.amazonaws.com` });
    expect(at('bedrock-agent-fips')).toBe('ListTagsForResource');
    expect(at('bedrock-runtime')).toBeUndefined();
  });

  it('takes a body for a form although its type does not say so, because AWS may', () => {
    const body = Buffer.from('Action=AssumeRole');
    expect(name('sts', 'POST /', { body })).toBe('AssumeRole');
  });

  const disguised = (type: string, more: readonly (readonly [string, string])[] = []) => ({
    headers: [['Content-Type', type], ...more] as const,
    body: Buffer.from('Action=AssumeRole'),
  });
  const identity = target('AWSSecurityTokenServiceV20110615.GetCallerIdentity');
  const json = 'application/x-amz-json-1.0';
  it.each([
    ['sts', 'POST /', disguised(json, identity)],
    ['iam', 'POST /', disguised(json, target('AWSIdentityManagement.GetUser'))],
    ['ec2', 'POST /', disguised(json, target('AmazonEC2.DescribeInstances'))],
    ['sts', 'POST /service/STS/operation/GetCallerIdentity', disguised('application/cbor')],
    ['sqs', 'POST /service/AmazonSQS/operation/GetQueueUrl', disguised('application/cbor')],
    ['monitoring', 'POST /service/Other/operation/ListMetrics', disguised('application/cbor')],
    [
      'ses',
      'POST /',
      {
        ...disguised(json, target('MailManagerSvc.ListRelays')),
        host: 'email.us-east-1.amazonaws.com',
      },
    ],
    ['sqs', 'POST /', disguised('text/plain', [['content-type', json], ...target('AmazonSQS.X')])],
    ['brand-new', 'POST /', disguised(json, target('BrandNew.DoIt'))],
    ['dynamodb', 'POST /', { headers: target('DynamoDB_20120810.PutItem.GetItem') }],
    [
      'dynamodb',
      'POST /',
      disguised(json, [['content-type', json], ...target('DynamoDB_20120810.GetItem')]),
    ],
  ] as const)('does not let headers hide the form that %s reads (%#)', (service, request, more) => {
    expect(name(service, request, more)).toBeUndefined();
    if (service !== 'sts') return;
    const unseen = { headers: [...more.headers, ['Content-Length', '17']] as const };
    expect(name(service, request, unseen)).toBeUndefined();
  });

  it('needs no body where the type says that the action cannot be in it', () => {
    const streaming = ['Content-Length', '99999999'] as const;
    const json = ['Content-Type', 'application/x-amz-json-1.0'] as const;
    const headers = [...target('DynamoDB_20120810.PutItem'), json, streaming] as const;
    expect(name('dynamodb', 'POST /', { headers })).toBe('PutItem');
    const cbor = { headers: [['content-type', 'application/cbor'], streaming] as const };
    const granite = 'POST /service/GraniteServiceVersion20100801/operation/PutMetricData';
    expect(name('monitoring', granite, cbor)).toBe('PutMetricData');
    expect(name('ses', 'POST /v2/email/outbound-emails', { headers: [streaming] })).toBe(
      'SendEmail',
    );
    expect(name('s3', 'PUT /bucket/key', { headers: [streaming] })).toBe('PutObject');
    const empty = { headers: [['Content-Length', '0']] as const };
    expect(name('sts', 'POST /?Action=GetCallerIdentity', empty)).toBe('GetCallerIdentity');
  });

  it('looks only at the forms that the service speaks', () => {
    expect(name('s3', 'GET /bucket/key', { headers: target('AmazonS3.ListBuckets') })).toBe(
      'GetObject',
    );
    expect(name('s3', 'GET /bucket/service/x/operation/ListBuckets')).toBe('GetObject');
    expect(name('lambda', 'DELETE /2015-03-31/functions/f?Action=GetFunction')).toBe(
      'DeleteFunction',
    );
    expect(
      name('lambda', 'POST /2015-03-31/functions/f/invocations', {
        headers: target('x.GetFunction'),
      }),
    ).toBe('Invoke');
  });

  const virtual = { host: 'my.bucket.s3.us-west-2.amazonaws.com' };
  it.each([
    ['GET /', {}, 'ListBuckets'],
    ['GET /', virtual, 'ListObjects'],
    ['GET /?list-type=2&prefix=a%2F', virtual, 'ListObjectsV2'],
    ['GET /bucket/', {}, 'ListObjects'],
    ['GET /k', virtual, 'GetObject'],
    ['GET /bucket/a//../b?versionId=1&response-content-type=x', {}, 'GetObject'],
    ['GET /bucket%2Fkey', {}, 'GetObject'],
    ['GET /k?acl', virtual, 'GetObjectAcl'],
    ['GET /?acl', virtual, 'GetBucketAcl'],
    ['GET /?versions&max-keys=1', virtual, 'ListObjectVersions'],
    ['GET /?analytics', virtual, 'ListBucketAnalyticsConfigurations'],
    ['GET /?analytics&id=x', virtual, 'GetBucketAnalyticsConfiguration'],
    ['GET /?lifecycle', virtual, 'GetBucketLifecycleConfiguration'],
    ['GET /k?uploadId=u', virtual, 'ListParts'],
    ['HEAD /k', virtual, 'HeadObject'],
    ['HEAD /', virtual, 'HeadBucket'],
    ['PUT /k', virtual, 'PutObject'],
    ['PUT /k?x-id=PutObject', virtual, 'PutObject'],
    ['PUT /k?partNumber=1&uploadId=u', virtual, 'UploadPart'],
    ['PUT /', virtual, 'CreateBucket'],
    ['PUT /?policy', virtual, 'PutBucketPolicy'],
    ['POST /k?uploads', virtual, 'CreateMultipartUpload'],
    ['POST /k?uploadId=u', virtual, 'CompleteMultipartUpload'],
    ['POST /?delete', virtual, 'DeleteObjects'],
    ['DELETE /k?uploadId=u', virtual, 'AbortMultipartUpload'],
    ['DELETE /k', virtual, 'DeleteObject'],
    ['GET /k', { host: 'ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com' }, 'GetObject'],
    ['GET /k', { host: 'bucket.vpce-1-2.s3.us-west-2.vpce.amazonaws.com' }, 'ListObjects'],
    ['GET /k', { host: 'b.bucket.vpce-1-2.s3.us-west-2.vpce.amazonaws.com' }, 'GetObject'],
    ['GET /v20180820/accesspoint/a/policy', {}, 'GetAccessPointPolicy'],
    ['GET /v20180820/mrap/instances/a/b/policy', {}, 'GetMultiRegionAccessPointPolicy'],
  ])('names the S3 request %s', (request, more, expected) => {
    expect(name('s3', request, more)).toBe(expected);
  });

  it('tells copies from uploads by their signed header', () => {
    const headers = [['x-amz-copy-source', '/a/b']] as const;
    expect(name('s3', 'PUT /k', { ...virtual, headers })).toBe('CopyObject');
    expect(name('s3', 'PUT /k?partNumber=1&uploadId=u', { ...virtual, headers })).toBe(
      'UploadPartCopy',
    );
  });

  it('names the calls of S3 relatives', () => {
    const zonal = { host: 'b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com' };
    expect(name('s3express', 'GET /?session', zonal)).toBe('CreateSession');
    expect(name('s3express', 'GET /?session&brand-new', zonal)).toBe('CreateSession');
    expect(name('s3express', 'GET /k', zonal)).toBe('GetObject');
    expect(name('s3express', 'GET /', { host: 's3express-control.us-west-2.amazonaws.com' })).toBe(
      'ListDirectoryBuckets',
    );
    expect(name('s3-object-lambda', 'POST /WriteGetObjectResponse')).toBe('WriteGetObjectResponse');
    expect(name('s3-object-lambda', 'GET /WriteGetObjectResponse')).toBeUndefined();
  });

  it('gives a plain name or none, whatever comes in', () => {
    const words = fc.constantFrom(
      's3',
      'sts',
      'sqs',
      'lambda',
      'ses',
      '__proto__',
      'constructor',
      'xyz',
    );
    const part = fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.constantFrom('?', '&', 'Action=', '%', '/', 'acl', '__proto__'),
    );
    const path = fc.array(part, { maxLength: 8 }).map((parts) => `/${parts.join('')}`);
    fc.assert(
      fc.property(
        words,
        fc.constantFrom('GET', 'PUT', 'constructor'),
        path,
        path,
        (service, method, request, body) => {
          const found = nameOperation({
            service,
            method,
            target: request,
            headers: [...form('').headers, ['x-amz-target', body]],
            host: request,
            body: Buffer.from(body),
          });
          expect(found.operation ?? 'Unknown').toMatch(/^[A-Za-z][A-Za-z0-9]*$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

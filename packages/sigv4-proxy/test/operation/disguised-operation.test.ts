import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type NameOperationQuery, nameOperation } from '../../src/operation/name-operation.js';
import { createRequestRules } from '../../src/operation/request-rules.js';
import { loadRestRoutes } from '../../src/operation/rest-routes.js';

const routes = await loadRestRoutes();
type Headers = NameOperationQuery['headers'];

const name = (
  service: string,
  request: string,
  headers: Headers = [],
  body?: string | Uint8Array,
  host?: string,
) => {
  const [method = '', target = ''] = request.split(' ');
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return nameOperation({ service, method, target, headers, host, body: bytes }, routes).operation;
};
const cbor: Headers = [['Content-Type', 'application/cbor']];
const v2: Headers = [...cbor, ['Smithy-Protocol', 'rpc-v2-cbor']];
const json: Headers = [['Content-Type', 'application/x-amz-json-1.0']];
const form: Headers = [['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8']];
const describeAlarms: Headers = [['X-Amz-Target', 'GraniteServiceVersion20100801.DescribeAlarms']];
const path = '/service/GraniteServiceVersion20100801/operation';

describe('paths of Smithy RPC v2', () => {
  it('names the form that clients send, whatever the header says about the format', () => {
    expect(name('monitoring', `POST ${path}/ListMetrics`, v2)).toBe('ListMetrics');
    expect(name('monitoring', `POST ${path}/ListMetrics`, cbor)).toBe('ListMetrics');
    const asJson = [...json, ['smithy-protocol', 'rpc-v2-json']] as const;
    expect(name('monitoring', `POST ${path}/ListMetrics`, asJson, '{}')).toBe('ListMetrics');
    expect(name('gamelift', 'POST /service/GameLift/operation/GetComputeAccess', v2)).toBe(
      'GetComputeAccess',
    );
  });

  it.each([
    `/v1${path}/DeleteAlarms`,
    `/a/b/c${path}/DeleteAlarms`,
    `${path}/DeleteAlarms/`,
    `/${path}/DeleteAlarms`,
    `/.${path}/DeleteAlarms`,
    `/%73ervice/GraniteServiceVersion20100801/operation/DeleteAlarms`,
    `/v1%2Fservice%2FX%2Foperation%2FDeleteAlarms`,
    `/%2573ervice/X/operation/DeleteAlarms`,
    `/v1/Service/X/Operation/DeleteAlarms`,
    `/v1;x/service;x/X/operation;y/DeleteAlarms`,
    `/v1\\service\\X\\operation\\DeleteAlarms`,
    `/service/X/y/../operation/DeleteAlarms`,
    `/service/a%2Fservice%2FX%2Foperation%2FDeleteAlarms%3F/operation/DescribeAlarms`,
  ])('does not let X-Amz-Target or Action speak for POST %s', (at) => {
    for (const headers of [v2, cbor, form, []]) {
      expect(name('monitoring', `POST ${at}?Action=DescribeAlarms`, headers)).toBeUndefined();
      const both = [...headers, ...describeAlarms];
      expect(name('monitoring', `POST ${at}`, both)).toBeUndefined();
      expect(name('monitoring', `POST ${at}`, both, '')).toBeUndefined();
    }
    const targeted = [...json, ...describeAlarms];
    expect(name('monitoring', `POST ${at}`, targeted, '{}')).toBeUndefined();
    expect(name('brand-new', `POST ${at}`, describeAlarms, '{}')).toBeUndefined();
  });

  it('gives no name to a path that disagrees with X-Amz-Target or Action', () => {
    const at = `POST ${path}/DeleteAlarms`;
    expect(name('monitoring', `${at}?Action=DescribeAlarms`, v2)).toBeUndefined();
    expect(name('monitoring', at, [...v2, ...describeAlarms])).toBeUndefined();
    expect(name('monitoring', at, [...json, ...describeAlarms], '{}')).toBeUndefined();
    expect(name('monitoring', at, form, 'Action=DescribeAlarms')).toBeUndefined();
  });

  it.each([
    ['at the root', 'POST /', [...v2, ...describeAlarms]],
    ['for a query call', 'POST /?Action=DescribeAlarms', v2],
    ['for a GET', `GET ${path}/DescribeAlarms`, v2],
    ['twice', `POST ${path}/DescribeAlarms`, [...v2, ['smithy-protocol', 'rpc-v2-cbor']]],
    ['of tomorrow', `POST ${path}/DescribeAlarms`, [...cbor, ['smithy-protocol', 'rpc-v3']]],
  ] as const)('takes a Smithy-Protocol header %s for a contradiction', (_, request, headers) => {
    expect(name('monitoring', request, headers, '')).toBeUndefined();
  });

  it('takes the header for a contradiction where the service has routes only, and S3 too', () => {
    const stray: Headers = [['smithy-protocol', 'rpc-v2-cbor']];
    const list = 'GET /2015-03-31/functions';
    expect(name('lambda', list)).toBe('ListFunctions');
    expect(name('lambda', list, stray)).toBeUndefined();
    expect(name('s3', 'GET /bucket/key')).toBe('GetObject');
    expect(name('s3', 'GET /bucket/key', stray)).toBeUndefined();
    const zonal = 'b--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com';
    expect(name('s3express', 'GET /?session', stray, undefined, zonal)).toBe('CreateSession');
  });

  it('names a proper call where only routes were known so far', () => {
    expect(name('lambda', 'POST /service/AWSGirApiService/operation/Invoke', v2)).toBe('Invoke');
    expect(name('lambda', 'POST /service/AWSGirApiService/operation/Invoke')).toBeUndefined();
  });

  it('leaves paths of services with routes alone', () => {
    expect(name('iotdata', 'POST /topics/service%2Fx%2Foperation%2Fy')).toBe('Publish');
    expect(name('s3', 'GET /bucket/v1/service/x/operation/y')).toBe('GetObject');
  });
});

describe('forms that only some servers can read', () => {
  const gzipped = [...form, ['Content-Encoding', 'gzip']] as const;
  const asked = 'POST /?Action=DescribeAlarms';

  it('reads a form that is compressed with gzip', () => {
    const body = gzipSync('Action=PutMetricData&Version=2010-08-01');
    expect(name('monitoring', 'POST /', gzipped, body)).toBe('PutMetricData');
    expect(name('monitoring', asked, gzipped, gzipSync('Action=DescribeAlarms'))).toBe(
      'DescribeAlarms',
    );
    expect(name('monitoring', asked, gzipped, gzipSync('Action=DeleteAlarms'))).toBeUndefined();
    const two = Buffer.concat([gzipSync('X=1'), gzipSync('&Action=DeleteAlarms')]);
    expect(name('monitoring', asked, gzipped, two)).toBeUndefined();
  });

  it('counts what stands in the bytes of a compressed body too, for servers that do not decompress', () => {
    const stored = gzipSync('X=1&Action=DeleteAlarms&Action=x', { level: 0 });
    expect(stored.includes('&Action=DeleteAlarms&')).toBe(true);
    expect(name('monitoring', asked, gzipped, stored)).toBeUndefined();
    const hidden = Buffer.concat([gzipSync('X=1'), Buffer.from('\0&Action=DeleteAlarms')]);
    expect(gunzipSync(hidden).toString()).toBe('X=1');
    expect(name('monitoring', asked, gzipped, hidden)).toBeUndefined();
  });

  it.each([
    ['br', gzipSync('Action=DescribeAlarms')],
    ['deflate', gzipSync('Action=DescribeAlarms')],
    ['gzip, gzip', gzipSync(gzipSync('Action=DeleteAlarms'))],
    ['gzip', Buffer.from('no gzip')],
    ['gzip', gzipSync('Action=DescribeAlarms').subarray(0, 20)],
    ['gzip', gzipSync(`Action=DescribeAlarms&X=${'x'.repeat(1024 * 1024)}`)],
    ['aws-chunked', Buffer.from('12;chunk-signature=0')],
  ])(
    'gives no name to a call in Content-Encoding %s that cannot be read (%#)',
    (encoding, body) => {
      const headers = [...form, ['content-encoding', encoding]] as const;
      expect(name('monitoring', asked, headers, body)).toBeUndefined();
    },
  );

  it('takes two encodings for one that is not known', () => {
    const twice = [...gzipped, ['content-encoding', 'gzip']] as const;
    expect(name('monitoring', asked, twice, gzipSync('Action=DescribeAlarms'))).toBeUndefined();
    const none = [...form, ['content-encoding', 'identity']] as const;
    expect(name('monitoring', asked, none, 'Action=DescribeAlarms')).toBe('DescribeAlarms');
  });

  it.each([
    '\r\nAction=DeleteUser',
    ' Action=DeleteUser',
    '+Action=DeleteUser',
    'action=DeleteUser',
    'ACTION=DeleteUser',
    'Action%00=DeleteUser',
    '%EF%BB%BFAction=DeleteUser',
    '%41ction%FF=DeleteUser',
    'Action[]=DeleteUser',
    'X=1;Action=DeleteUser',
    'Action',
    'Action=DeleteUser%0A',
  ])('gives no name to a call with %j beside its action', (pair) => {
    expect(name('iam', 'POST /', form, `Action=ListUsers&${pair}`)).toBeUndefined();
    expect(name('iam', 'POST /', form, `${pair}&Action=ListUsers`)).toBeUndefined();
    expect(name('iam', 'POST /?Action=ListUsers', form, pair)).toBeUndefined();
    const query = `/?${pair.replaceAll(/\s/g, '%20')}&Action=ListUsers`;
    expect(name('iam', `POST ${query}`, form, '')).toBeUndefined();
  });

  it.each([
    ['multipart/form-data; boundary=x', 'Action=ListUsers'],
    ['multipart/form-data', 'Action=ListUsers'],
    ['', Buffer.from('%41ction=DeleteUser', 'utf16le')],
    ['application/x-www-form-urlencoded; charset=utf-16le', 'Action=ListUsers'],
    ['application/x-www-form-urlencoded; charset=utf-8; charset=utf-7', 'Action=ListUsers'],
    ['application/x-www-form-urlencoded', Buffer.from('Action=DeleteUser', 'utf16le')],
  ])('gives no name to a body of type %s', (type, body) => {
    const headers: Headers = [['content-type', type]];
    expect(name('iam', 'POST /?Action=ListUsers', headers, body)).toBeUndefined();
  });

  it('passes over parameters that only resemble the action', () => {
    const body =
      'Action=ListUsers&ActionNames.member.1=x&PolicyAction=y&Text=a;b&Z=Action%3DDelete';
    expect(name('iam', 'POST /', form, body)).toBe('ListUsers');
  });
});

describe('headers that a presigned URL has in its query', () => {
  const signed = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0';
  it.each([
    [`PUT /b/k?${signed}`, 'PutObject'],
    [`PUT /b/k?${signed}&x-amz-copy-source=%2Fo%2Fs`, 'CopyObject'],
    [`PUT /b/k?X-Amz-Copy-Source=%2Fo%2Fs&${signed}`, 'CopyObject'],
    [`PUT /b/k?${signed}&partNumber=1&uploadId=u&x-amz-copy-source=%2Fo`, 'UploadPartCopy'],
    [`PUT /b/k?${signed}&x-amz-acl=private`, 'PutObject'],
    ['PUT /b/k?x-amz-copy-source=%2Fo%2Fs', undefined],
    ['PUT /b/k?x-amz-acl=private', 'PutObject'],
    ['PUT /b/k?X-Amz-Algorithm=x&x-amz-copy-source=%2Fo%2Fs', undefined],
  ])('names %s', (request, expected) => {
    expect(name('s3', request)).toBe(expected);
  });

  it('holds rules to them', () => {
    const rules = createRequestRules({ operations: { deny: ['s3:CopyObject'] } });
    for (const sign of [`${signed}&`, '']) {
      const operation = name('s3', `PUT /b/k?${sign}x-amz-copy-source=%2Fo%2Fs`);
      expect(rules({ service: 's3', region: 'eu-west-1', operation }).decision).toBe('deny');
    }
  });
});

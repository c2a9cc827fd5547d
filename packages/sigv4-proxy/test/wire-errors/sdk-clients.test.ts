import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { HeadObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { type HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { describe, expect, it } from 'vitest';
import type { SigV4ProxyErrorKind } from '../../src/error-kinds.js';
import { formatErrorResponse } from '../../src/wire-errors/format-error-response.js';
import { detectProtocol, type WireProtocol } from '../../src/wire-errors/protocol.js';

const NOW = new Date('2026-11-20T12:00:00Z');
const REQUEST_ID = '6a1f0c9e-2b7d-4c35-9e0a-1d2c3b4a5f60';
const MESSAGE = 'User "älice" <a&b> may not; not even \'this\'.';

/** Answers every request of a client with an error in the protocol that the request itself tells. */
function refuse(kind: SigV4ProxyErrorKind, seen: WireProtocol[]) {
  return {
    handle: async (request: HttpRequest) => {
      const headers = Object.entries(request.headers);
      const authorization = request.headers.authorization ?? '';
      const service = /Credential=[^,]*\/([^/]+)\/aws4_request/.exec(authorization)?.[1];
      const query = Object.keys(request.query).join('&');
      const protocol = detectProtocol({ service, target: `${request.path}?${query}`, headers });
      seen.push(protocol);
      const error = formatErrorResponse({
        protocol,
        service,
        kind,
        message: MESSAGE,
        requestId: REQUEST_ID,
        method: request.method,
        queryMode: request.headers['x-amzn-query-mode'] === 'true',
        now: NOW,
      });
      const response = new HttpResponse({
        statusCode: error.status,
        headers: Object.fromEntries(error.headers),
        body: error.body,
      });
      return { response };
    },
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

const config = (kind: SigV4ProxyErrorKind, seen: WireProtocol[]) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'SP00AAAAAAAAAAAAAAAA', secretAccessKey: 'secret' },
  maxAttempts: 1,
  requestHandler: refuse(kind, seen),
});

type Send = (kind: SigV4ProxyErrorKind, seen: WireProtocol[]) => Promise<unknown>;

const clients: readonly [
  name: string,
  protocol: WireProtocol,
  send: Send,
  denied: string,
  status: number,
][] = [
  [
    'STS',
    'query',
    (k, s) => new STSClient(config(k, s)).send(new GetCallerIdentityCommand({})),
    'AccessDenied',
    403,
  ],
  [
    'IAM',
    'query',
    (k, s) => new IAMClient(config(k, s)).send(new ListUsersCommand({})),
    'AccessDenied',
    403,
  ],
  [
    'EC2',
    'ec2Query',
    (k, s) => new EC2Client(config(k, s)).send(new DescribeRegionsCommand({})),
    'UnauthorizedOperation',
    403,
  ],
  [
    'S3',
    's3Xml',
    (k, s) => new S3Client(config(k, s)).send(new ListBucketsCommand({})),
    'AccessDenied',
    403,
  ],
  [
    'DynamoDB',
    'awsJson1_0',
    (k, s) => new DynamoDBClient(config(k, s)).send(new ListTablesCommand({})),
    'AccessDeniedException',
    400,
  ],
  [
    'Lambda',
    'restJson1',
    (k, s) => new LambdaClient(config(k, s)).send(new ListFunctionsCommand({})),
    'AccessDeniedException',
    403,
  ],
  [
    'CloudWatch',
    'rpcv2Cbor',
    (k, s) =>
      new CloudWatchClient({ ...config(k, s), protocol: AwsSmithyRpcV2CborProtocol }).send(
        new ListMetricsCommand({}),
      ),
    'AccessDenied',
    400,
  ],
  [
    'SQS',
    'awsJson1_0',
    (k, s) => new SQSClient(config(k, s)).send(new ListQueuesCommand({})),
    'AccessDenied',
    400,
  ],
];

describe('errors as the AWS SDK for JavaScript reads them', () => {
  it.each(clients)('%s: %s', async (_, protocol, send, name, status) => {
    const seen: WireProtocol[] = [];
    const error: unknown = await send('denied', seen).catch((caught: unknown) => caught);
    expect(seen).toEqual([protocol]);
    expect(error).toMatchObject({ name, message: MESSAGE });
    expect(error).toHaveProperty('$metadata.httpStatusCode', status);
    expect(error).toHaveProperty('$metadata.requestId', REQUEST_ID);
    expect(error).toHaveProperty('$fault', 'client');
  });

  it('shows the status of a HEAD request, which has no body', async () => {
    const client = new S3Client(config('denied', []));
    const error: unknown = await client
      .send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }))
      .catch((caught: unknown) => caught);
    expect(error).toHaveProperty('$metadata.httpStatusCode', 403);
  });

  it.each(clients)('%s retries a passing trouble and says so: %s', async (_, __, send) => {
    const error: unknown = await send('upstream', []).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: MESSAGE, $metadata: { httpStatusCode: 503 } });
  });
});

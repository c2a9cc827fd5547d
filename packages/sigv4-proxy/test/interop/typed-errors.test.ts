import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListHostedZonesCommand, Route53Client } from '@aws-sdk/client-route-53';
import { HeadObjectCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { LOCAL } from '../support/credentials.js';
import { startLocalProxy } from '../support/local-proxy.js';
import { startUpstream, type Upstream } from '../support/upstream.js';

type Config = Awaited<ReturnType<typeof startLocalProxy>>['endpoint' | 'connect'];
type Call = (config: Config) => Promise<unknown>;

/** One real client for every protocol in which AWS speaks errors. */
const calls: Record<string, Call> = {
  'query (STS)': (config) => new STSClient(config).send(new GetCallerIdentityCommand({})),
  'query (IAM)': (config) => new IAMClient(config).send(new ListUsersCommand({})),
  'EC2 query': (config) => new EC2Client(config).send(new DescribeRegionsCommand({})),
  S3: (config) =>
    new S3Client({ ...config, forcePathStyle: true }).send(new ListBucketsCommand({})),
  'REST-XML (Route 53)': (config) => new Route53Client(config).send(new ListHostedZonesCommand({})),
  'JSON 1.0 (DynamoDB)': (config) =>
    new DynamoDBClient(config).send(
      new GetItemCommand({ TableName: 't', Key: { id: { S: '1' } } }),
    ),
  'JSON 1.0 with query mode (SQS)': (config) =>
    new SQSClient(config).send(new ListQueuesCommand({})),
  'JSON 1.1 (KMS)': (config) => new KMSClient(config).send(new ListKeysCommand({})),
  'REST-JSON (Lambda)': (config) => new LambdaClient(config).send(new ListFunctionsCommand({})),
  'CBOR (CloudWatch)': (config) =>
    new CloudWatchClient({ ...config, protocol: AwsSmithyRpcV2CborProtocol }).send(
      new ListMetricsCommand({}),
    ),
};

const protocols = Object.keys(calls);
let upstream: Upstream;
let local: Awaited<ReturnType<typeof startLocalProxy>>;
let failWith: SigV4ProxyError | undefined;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) => response.end());
  local = await startLocalProxy(upstream, {
    authorize: async () => {
      if (failWith !== undefined) throw failWith;
      return { decision: 'deny', code: 'explicit-deny', reasons: ['the role reader denies it'] };
    },
  });
});

afterAll(async () => {
  await local.stop();
  await upstream.close();
});

async function errorOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    return error as Error & { $metadata?: { httpStatusCode?: number; requestId?: string } };
  }
  throw new Error('The call has succeeded.');
}

/** Where the code differs from the usual one; SQS and CloudWatch clients ask for the names of their query past. */
const DENIED: Record<string, string> = {
  'query (STS)': 'AccessDenied',
  'query (IAM)': 'AccessDenied',
  'EC2 query': 'UnauthorizedOperation',
  S3: 'AccessDenied',
  'REST-XML (Route 53)': 'AccessDenied',
  'JSON 1.0 with query mode (SQS)': 'AccessDenied',
  'CBOR (CloudWatch)': 'AccessDenied',
};

describe.each(['endpoint', 'connect'] as const)('a refusal in %s mode', (mode) => {
  it.each(protocols)('is a typed error with a message for %s', async (name) => {
    failWith = undefined;
    const error = await errorOf(calls[name]?.(local[mode]) ?? Promise.resolve());
    expect(error.name).toBe(DENIED[name] ?? 'AccessDeniedException');
    expect(error.message).toContain('User: alice is not authorized to perform:');
    expect(error.message).toContain('because the role reader denies it');
    expect(error.$metadata?.httpStatusCode).toBe(
      name.includes('JSON 1') || name.includes('CBOR') ? 400 : 403,
    );
    expect(error.$metadata?.requestId).toBe(local.events.at(-1)?.id);
    expect(upstream.seen).toEqual([]);
    expect(local.events.at(-1)).toMatchObject({
      type: 'aws.request.denied',
      outcome: 'denied',
      reason: 'explicit-deny',
      user: 'alice',
    });
  });
});

const EXPIRED: Record<string, string> = {
  'query (STS)': 'ExpiredToken',
  'query (IAM)': 'ExpiredToken',
  'EC2 query': 'RequestExpired',
  S3: 'ExpiredToken',
  'REST-XML (Route 53)': 'ExpiredToken',
  'JSON 1.0 with query mode (SQS)': 'ExpiredToken',
  'CBOR (CloudWatch)': 'ExpiredToken',
};

describe('other failures', () => {
  it.each(protocols)('a session that is over is told to %s', async (name) => {
    failWith = new SigV4ProxyError('session-expired', 'Log in again.');
    const error = await errorOf(calls[name]?.(local.endpoint) ?? Promise.resolve());
    expect(error.name).toBe(EXPIRED[name] ?? 'ExpiredTokenException');
    expect(error.message).toContain('Log in again.');
  });

  it.each(protocols)('a wrong secret is told to %s and never reaches AWS', async (name) => {
    const credentials = { ...LOCAL, secretAccessKey: 'wrong' };
    const error = await errorOf(
      calls[name]?.({ ...local.endpoint, credentials }) ?? Promise.resolve(),
    );
    expect(error.message).toContain('signature does not match');
    expect(['SignatureDoesNotMatch', 'InvalidSignatureException', 'AuthFailure']).toContain(
      error.name,
    );
    expect(local.events.at(-1)).toMatchObject({
      outcome: 'denied',
      reason: 'signature-mismatch',
      claimedKeyId: LOCAL.accessKeyId,
    });
    expect(local.events.at(-1)?.user).toBe(undefined);
    expect(upstream.seen).toEqual([]);
  });

  it('a fault of the proxy is a 500 that says nothing about it', async () => {
    failWith = new SigV4ProxyError('internal', 'The decision about the request failed.');
    const error = await errorOf(calls.S3?.(local.endpoint) ?? Promise.resolve());
    expect(error.$metadata?.httpStatusCode).toBe(500);
    expect(local.events.at(-1)).toMatchObject({ type: 'aws.request.failed', reason: 'internal' });
  });

  it('answers HEAD with the status alone', async () => {
    failWith = undefined;
    const head = new S3Client({ ...local.endpoint, forcePathStyle: true }).send(
      new HeadObjectCommand({ Bucket: 'b', Key: 'k' }),
    );
    const error = await errorOf(head);
    expect(error.$metadata?.httpStatusCode).toBe(403);
  });
});

import { gzipSync } from 'node:zlib';
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { clientConfig } from '../support/loopback.js';
import { type RawRequest, send } from '../support/raw-request.js';
import { FORM, sign } from '../support/sign.js';
import { start } from '../support/start.js';

const standIn = await start();
const admin = standIn.credentialsFor('admin');
const client = new CloudWatchClient(clientConfig(standIn, admin));
const Dimensions = [{ Name: 'Queue', Value: 'a b+c~ü' }];
const START = new Date('2026-05-04T12:00:00Z');
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000);

async function raw(more: Pick<RawRequest, 'body'> & { headers: Record<string, string> }) {
  const host = 'monitoring.us-east-1.amazonaws.com';
  const request = { method: 'POST', path: '/', ...more, headers: { host, ...more.headers } };
  const signing = { credentials: admin, service: 'monitoring', signingDate: new Date() };
  return send(standIn.port, await sign(request, signing));
}
const query = (parameters: Record<string, string>) =>
  raw({
    headers: { 'content-type': FORM },
    body: new URLSearchParams({ Version: '2010-08-01', ...parameters }).toString(),
  });
const json = (operation: string, input: object, more: Record<string, string> = {}) =>
  raw({
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
      ...more,
    },
    body: JSON.stringify(input),
  });

describe('CloudWatch in the protocol of the AWS SDK', () => {
  it('gathers points into periods', async () => {
    const MetricData = [
      { MetricName: 'Depth', Dimensions, Timestamp: at(1), Value: 2 },
      { MetricName: 'Depth', Dimensions, Timestamp: at(59), Values: [4, 6], Counts: [1, 2] },
      {
        MetricName: 'Depth',
        Dimensions,
        Timestamp: at(60),
        StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 },
      },
    ];
    await client.send(new PutMetricDataCommand({ Namespace: 'Cbor', MetricData }));
    const listed = await client.send(new ListMetricsCommand({ Namespace: 'Cbor' }));
    expect(listed.Metrics).toEqual([{ Namespace: 'Cbor', MetricName: 'Depth', Dimensions }]);
    const question = {
      Namespace: 'Cbor',
      MetricName: 'Depth',
      Dimensions,
      StartTime: START,
      EndTime: at(120),
      Period: 60,
      Statistics: ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const,
    };
    const got = await client.send(
      new GetMetricStatisticsCommand({ ...question, Statistics: [...question.Statistics] }),
    );
    expect(got.Label).toBe('Depth');
    expect(got.Datapoints).toEqual([
      {
        Timestamp: START,
        SampleCount: 4,
        Average: 4.5,
        Sum: 18,
        Minimum: 2,
        Maximum: 6,
        Unit: 'None',
      },
      {
        Timestamp: at(60),
        SampleCount: 2,
        Average: 1.5,
        Sum: 3,
        Minimum: 1,
        Maximum: 2,
        Unit: 'None',
      },
    ]);
    const elsewhere = await client.send(
      new GetMetricStatisticsCommand({ ...question, Dimensions: [], Statistics: ['Sum'] }),
    );
    expect(elsewhere.Datapoints).toEqual([]);
  });

  it('says what is wrong by the shape of the newer and the code of the older protocol', async () => {
    const wrong = client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'Cbor',
        MetricName: 'Depth',
        StartTime: START,
        EndTime: START,
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    await expect(wrong).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('keeps regions apart', async () => {
    const other = new CloudWatchClient(clientConfig(standIn, admin, 'eu-central-1'));
    const { Metrics } = await other.send(new ListMetricsCommand({ Namespace: 'Cbor' }));
    expect(Metrics).toEqual([]);
  });
});

describe('CloudWatch in the query protocol', () => {
  it('takes flattened lists and answers XML', async () => {
    const put = await query({
      Action: 'PutMetricData',
      Namespace: 'Query',
      'MetricData.member.1.MetricName': 'Depth',
      'MetricData.member.1.Value': '1.5',
      'MetricData.member.1.Timestamp': '2026-05-04T12:00:00Z',
      'MetricData.member.1.Dimensions.member.1.Name': 'Queue',
      'MetricData.member.1.Dimensions.member.1.Value': 'a&b',
    });
    expect([put.status, put.text]).toEqual([
      200,
      expect.stringMatching(/^<PutMetricDataResponse xmlns="[^"]+"><ResponseMetadata>/),
    ]);
    const listed = await query({ Action: 'ListMetrics', Namespace: 'Query', Dimensions: '' });
    expect(listed.text).toContain(
      '<Metrics><member><Namespace>Query</Namespace><MetricName>Depth</MetricName><Dimensions><member><Name>Queue</Name><Value>a&amp;b</Value></member></Dimensions></member></Metrics>',
    );
    const got = await query({
      Action: 'GetMetricStatistics',
      Namespace: 'Query',
      MetricName: 'Depth',
      'Dimensions.member.1.Name': 'Queue',
      'Dimensions.member.1.Value': 'a&b',
      StartTime: '2026-05-04T12:00:00Z',
      EndTime: '2026-05-04T13:00:00Z',
      Period: '3600',
      'Statistics.member.1': 'Average',
    });
    expect(got.text).toContain(
      '<Datapoints><member><Timestamp>2026-05-04T12:00:00Z</Timestamp><Average>1.5</Average><Unit>None</Unit></member></Datapoints>',
    );
  });

  it.each([
    ['an unknown action', { Action: 'SetAlarmState' }, 'InvalidAction'],
    ['another version', { Action: 'ListMetrics', Version: '2009-01-01' }, 'NoSuchVersion'],
    ['a missing member', { Action: 'PutMetricData' }, 'MissingParameter'],
    ['a member that is text and map at once', { 'A.b': '1', A: '2' }, 'MalformedInput'],
    ['a token that is none', { Action: 'ListMetrics', NextToken: 'x' }, 'InvalidParameterValue'],
  ])('refuses %s', async (_, parameters, code) => {
    const answer = await query(parameters);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`<Code>${code}<`)]);
  });
});

describe('CloudWatch in AWS JSON', () => {
  it('answers JSON with times in seconds', async () => {
    const MetricData = [{ MetricName: 'Depth', Value: 3, Timestamp: START.getTime() / 1000 }];
    expect((await json('PutMetricData', { Namespace: 'Json', MetricData })).status).toBe(200);
    const got = await json('GetMetricStatistics', {
      Namespace: 'Json',
      MetricName: 'Depth',
      StartTime: START.getTime() / 1000,
      EndTime: at(60).getTime() / 1000,
      Period: 60,
      Statistics: ['Sum'],
    });
    expect(got.headers['content-type']).toBe('application/x-amz-json-1.0');
    const Datapoints = [{ Timestamp: START.getTime() / 1000, Sum: 3, Unit: 'None' }];
    expect(JSON.parse(got.text)).toEqual({ Label: 'Depth', Datapoints });
  });

  it('inflates bodies and refuses what is no gzip', async () => {
    const input = { Namespace: 'Gzip', MetricData: [{ MetricName: 'Depth', Value: 1 }] };
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-encoding': 'gzip',
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    };
    const body = gzipSync(JSON.stringify(input));
    expect((await raw({ headers, body })).status).toBe(200);
    expect((await raw({ headers, body: body.subarray(4) })).text).toContain('MalformedInput');
  });

  it.each([
    [{}, 'MissingRequiredParameterException', 'MissingParameter;Sender'],
    [{ Namespace: 'AWS/EC2' }, 'InvalidParameterValueException', 'InvalidParameterValue;Sender'],
    [{ Namespace: 7 }, 'InvalidParameterValueException', 'InvalidParameterValue;Sender'],
    [{ Namespace: 'x', MetricData: 'y' }, 'InvalidParameterValueException', expect.any(String)],
    [
      { Namespace: 'x', MetricData: [{ MetricName: 'm', Value: 1, Values: [1] }] },
      'InvalidParameterValueException',
      expect.any(String),
    ],
  ])('refuses %j', async (input, shape, code) => {
    const answer = await json('PutMetricData', input, { 'x-amzn-query-mode': 'true' });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).__type).toContain(shape);
    expect(answer.headers['x-amzn-query-error']).toEqual(code);
  });
});

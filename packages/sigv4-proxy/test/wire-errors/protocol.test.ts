import { describe, expect, it } from 'vitest';
import type { HeaderList } from '../../src/request.js';
import { detectProtocol, type WireProtocol } from '../../src/wire-errors/protocol.js';

const FORM = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'] as const;
const JSON_1_0 = ['content-type', 'application/x-amz-json-1.0'] as const;
const JSON_1_1 = ['content-type', 'Application/X-Amz-Json-1.1; charset=utf-8'] as const;
const TARGET = ['X-Amz-Target', 'Service.Operation'] as const;

describe('detectProtocol', () => {
  it.each<[WireProtocol, string | undefined, string, HeaderList]>([
    ['rpcv2Cbor', 'monitoring', '/', [['Smithy-Protocol', 'rpc-v2-cbor'], FORM]],
    ['rpcv2Cbor', 'monitoring', '/service/Granite/operation/ListMetrics', []],
    ['rpcv2Cbor', undefined, '/prefix/service/S/operation/O?x', []],
    ['awsJson1_0', 'sqs', '/', [TARGET, JSON_1_0]],
    ['awsJson1_1', 'logs', '/', [TARGET, JSON_1_1]],
    ['query', 'sqs', '/', [FORM]],
    ['query', 'sts', '/?Version=2011-06-15&Action=GetCallerIdentity', []],
    ['query', undefined, '/', [FORM]],
    ['ec2Query', 'ec2', '/', [FORM]],
    ['s3Xml', 's3', '/bucket/key?Action=x', [FORM]],
    ['s3Xml', 's3express', '/k', []],
    ['s3Xml', 's3-object-lambda', '/k', []],
    ['s3ControlXml', 's3', '/v20180820/accesspoint', []],
    ['s3ControlXml', 's3-outposts', '/v20180820/bucket', []],
    ['restXml', 'route53', '/2013-04-01/hostedzone', []],
    ['restXml', 'cloudfront', '/2020-05-31/distribution', []],
    ['restJson1', 'lambda', '/2015-03-31/functions', []],
    ['restJson1', 'lambda', '/x?NoAction=1&Actions=2', []],
    ['restJson1', undefined, '/', []],
    ['restJson1', 'x', '/', [JSON_1_0]],
  ])('finds %s for %s %s', (protocol, service, target, headers) => {
    expect(detectProtocol({ service, target, headers })).toBe(protocol);
  });

  it('takes linear time', () => {
    const headers: HeaderList = [['content-type', 'a;'.repeat(30_000)]];
    for (const unit of ['/service', '/service/a/operation', '&', 'Action', '?&']) {
      const target = `/${unit.repeat(64_000 / unit.length)}`;
      expect(detectProtocol({ service: undefined, target, headers })).toBe('restJson1');
    }
  });
});

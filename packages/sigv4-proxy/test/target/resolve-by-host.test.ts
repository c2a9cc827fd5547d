import { describe, expect, it } from 'vitest';
import { SigV4ProxyError, type SigV4ProxyErrorCode } from '../../src/errors.js';
import { resolveTarget } from '../../src/target/resolve-target.js';
import type { TargetOptions, TargetQuery } from '../../src/target/target-options.js';

const connect = (
  host: string,
  service: string,
  region: string | null,
  more: Partial<TargetQuery> = {},
  options: TargetOptions = {},
) => {
  const scope = { service, region };
  return resolveTarget(
    { mode: 'connect', host, scope, method: 'POST', path: '/', ...more },
    options,
  );
};

describe('resolveTarget in mode connect', () => {
  it.each([
    ['api.ecr-fips.us-west-2.amazonaws.com', 'ecr', 'us-west-2'],
    ['ecr.us-west-2.api.aws', 'ecr', 'us-west-2'],
    ['fips.eks.us-west-2.amazonaws.com', 'eks', 'us-west-2'],
    ['runtime-fips.lex.us-west-2.amazonaws.com', 'lex', 'us-west-2'],
    ['dynamodb-fips.us-west-2.amazonaws.com', 'dynamodb', 'us-west-2'],
    ['streams-dynamodb.us-west-2.api.aws', 'dynamodb', 'us-west-2'],
    ['query-cell3.timestream.us-west-2.amazonaws.com', 'timestream', 'us-west-2'],
    ['search-d-abc.us-west-2.es.amazonaws.com', 'es', 'us-west-2'],
    ['abc.us-west-2.aoss-fips.amazonaws.com', 'aoss', 'us-west-2'],
    ['c.us-west-2.neptune.amazonaws.com', 'neptune-db', 'us-west-2'],
    ['abc.lambda-url.us-west-2.on.aws', 'lambda', 'us-west-2'],
    ['svc.0a1b.vpc-lattice-svcs.us-west-2.on.aws', 'vpc-lattice-svcs', 'us-west-2'],
    ['abc.appsync-api.us-west-2.amazonaws.com', 'appsync', 'us-west-2'],
    ['a1b2-ats.iot.us-west-2.amazonaws.com', 'iotdata', 'us-west-2'],
    ['iot.us-west-2.amazonaws.com', 'iot', 'us-west-2'],
    ['api.tunneling.iot.us-west-2.amazonaws.com', 'IoTSecuredTunneling', 'us-west-2'],
    ['vpce-1-2.sqs.us-west-2.vpce.amazonaws.com', 'sqs', 'us-west-2'],
    ['vpce-1-2.api.ecr.us-west-2.vpce.amazonaws.com', 'ecr', 'us-west-2'],
    ['vpce-1-2.execute-api.us-west-2.vpce.amazonaws.com', 'execute-api', 'us-west-2'],
    ['bucket.vpce-1-2.s3.us-west-2.vpce.amazonaws.com', 's3', 'us-west-2'],
    ['my.b.bucket.vpce-1-2.s3.us-west-2.vpce.amazonaws.com', 's3', 'us-west-2'],
    ['s3.amazonaws.com', 's3', 'eu-central-1'],
    ['b.s3.amazonaws.com', 's3', 'eu-central-1'],
    ['b.s3-external-1.amazonaws.com', 's3', 'us-east-1'],
    ['us-west-2.s3.amazonaws.com', 's3', 'eu-central-1'],
    ['x.us-west-2.s3.amazonaws.com', 's3', 'eu-central-1'],
    ['us-west-2.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
    ['b.s3-fips.dualstack.us-gov-west-1.amazonaws.com', 's3', 'us-gov-west-1'],
    ['ap-123456789012.op-1.s3-outposts.us-west-2.amazonaws.com', 's3-outposts', 'us-west-2'],
    ['ap-123456789012.s3-object-lambda.us-west-2.amazonaws.com', 's3-object-lambda', 'us-west-2'],
    ['b--usw2-az1--x-s3.s3express-fips-usw2-az1.us-west-2.amazonaws.com', 's3express', 'us-west-2'],
    ['queue.amazonaws.com', 'sqs', 'us-east-1'],
    ['us-west-2.elasticmapreduce.amazonaws.com', 'elasticmapreduce', 'us-west-2'],
    ['iam.global.api.aws', 'iam', 'us-east-1'],
    ['health.us-east-2.amazonaws.com', 'health', 'us-east-1'],
    ['email.us-west-2.amazonaws.com', 'email', 'us-west-2'],
    ['cp.maps.geo.us-west-2.amazonaws.com', 'geo', 'us-west-2'],
    ['sts.eusc-de-east-1.amazonaws.eu', 'sts', 'eusc-de-east-1'],
    ['sts.us-isob-east-1.sc2s.sgov.gov', 'sts', 'us-isob-east-1'],
    ['brand-new.us-west-2.api.aws', 'brand-new', 'us-west-2'],
    ['brand-new-fips.xx-north-1.amazonaws.com'.replace('xx', 'eu'), 'brand-new', 'eu-north-1'],
  ])('never changes the host: %s as %s in %s', (host, signingName, signingRegion) => {
    expect(connect(host, signingName, signingRegion)).toMatchObject({
      host,
      signingName,
      signingRegion,
      algorithm: 'AWS4-HMAC-SHA256',
    });
  });

  it.each<[SigV4ProxyErrorCode, string, string, string]>([
    ['scope-host-mismatch', 'x.newthing.us-west-2.amazonaws.com', 'newthing', 'us-west-2'],
    ['not-api-host', 's-1.server.transfer.us-west-2.amazonaws.com', 'transfer', 'us-west-2'],
    ['scope-host-mismatch', 'email.us-west-2.amazonaws.com', 'sts', 'us-west-2'],
    ['scope-host-mismatch', 'appconfigdata.us-west-2.amazonaws.com', 'appconfigdata', 'us-west-2'],
    ['scope-host-mismatch', 'sts.vpce-1-2.sqs.us-west-2.vpce.amazonaws.com', 'sqs', 'us-west-2'],
    ['scope-host-mismatch', 'x.vpce-1-2.s3.us-west-2.vpce.amazonaws.com', 's3', 'us-west-2'],
    ['scope-host-mismatch', 'a.b.us-west-2.amazonaws.com', 'b', 'us-west-2'],
    ['scope-host-mismatch', 'x.s3-accesspoint.us-west-2.amazonaws.com', 's3express', 'us-west-2'],
    ['region-mismatch', 'b.s3.us-west-2.amazonaws.com', 's3', 'eu-west-1'],
    ['region-mismatch', 'b.s3-us-west-2.amazonaws.com', 's3', 'eu-west-1'],
    ['region-mismatch', 'sts.us-east-1.amazonaws.com', 'sts', 'cn-north-1'],
    ['region-mismatch', 'sts.us-gov-west-1.amazonaws.com', 'sts', 'us-east-1'],
    ['region-mismatch', 's3.amazonaws.com', 's3', 'cn-north-1'],
    ['bad-region', 'sts.us-east-1.amazonaws.com', 'sts', 'us-east-1a'],
    ['bad-region', 'sts.us-east-1.amazonaws.com', 'sts', 'us-east-1.evil.example'],
    ['bad-scope', 'sts.us-east-1.amazonaws.com', 's/ts', 'us-east-1'],
    ['bad-scope', 'sts.us-east-1.amazonaws.com', '', 'us-east-1'],
    ['not-aws-host', 'sts.us-east-1.amazonaws.com.evil.example', 'sts', 'us-east-1'],
    ['not-api-host', 'db.abc.us-west-2.rds.amazonaws.com', 'rds', 'us-west-2'],
  ])('refuses with %s: %s as %s in %s', (code, host, service, region) => {
    expect(() => connect(host, service, region)).toThrowWithCode(SigV4ProxyError, code);
  });

  it('compares the tunnel and its TLS name with the Host header', () => {
    const host = 'sts.us-east-1.amazonaws.com';
    const same = { connectTarget: 'STS.us-east-1.amazonaws.com:443', serverName: host };
    expect(connect(`${host}:443`, 'sts', 'us-east-1', same).host).toBe(host);
    for (const other of [
      { connectTarget: 'sts.us-west-2.amazonaws.com:443' },
      { connectTarget: `${host}:8443` },
      { connectTarget: `${host}:443`, serverName: 'sts.us-west-2.amazonaws.com' },
    ]) {
      expect(() => connect(host, 'sts', 'us-east-1', other)).toThrowWithCode(
        SigV4ProxyError,
        'host-mismatch',
      );
    }
  });

  it('allows a port that is configured', () => {
    const host = 'c.us-west-2.neptune.amazonaws.com:8182';
    const target = connect(host, 'neptune-db', 'us-west-2', {}, { allowedPorts: [8182] });
    expect(target.host).toBe(host);
  });

  it('takes the region set of SigV4A from its header', () => {
    const sigv4a = { algorithm: 'AWS4-ECDSA-P256-SHA256' };
    const host = 'alias.mrap.accesspoint.s3-global.amazonaws.com';
    const headers = [['X-Amz-Region-Set', 'us-east-1, eu-*']] as const;
    expect(connect(host, 's3', null, { ...sigv4a, headers })).toEqual({
      host,
      signingName: 's3',
      signingRegionSet: ['us-east-1', 'eu-*'],
      algorithm: 'AWS4-ECDSA-P256-SHA256',
      partition: 'aws',
    });
    for (const value of [
      '',
      'us-east-1,',
      'US-EAST-1',
      'mars-1',
      'us-east-1,cn-north-1',
      '*.evil',
    ]) {
      const bad = [['x-amz-region-set', value]] as const;
      expect(() => connect(host, 's3', null, { ...sigv4a, headers: bad })).toThrowWithCode(
        SigV4ProxyError,
        'bad-region',
      );
    }
    const regional = 'b.s3.us-west-2.amazonaws.com';
    expect(() => connect(regional, 's3', null, { ...sigv4a, headers })).toThrowWithCode(
      SigV4ProxyError,
      'region-mismatch',
    );
  });

  it.each([
    ['abc.veo.endpoint.events.amazonaws.com', 'events'],
    ['123456789012.cloudfront-kvs.global.api.aws', 'cloudfront-keyvaluestore'],
    ['partnercentral-channel.global.api.aws', 'partnercentral-channel'],
  ])('knows the hosts that only SigV4A reaches: %s', (host, service) => {
    const sigv4a = { algorithm: 'AWS4-ECDSA-P256-SHA256' };
    const headers = [['x-amz-region-set', '*']] as const;
    expect(connect(host, service, null, { ...sigv4a, headers })).toMatchObject({
      host,
      signingRegionSet: ['*'],
    });
  });

  it('ignores X-Forwarded-Host unless told to refuse it', () => {
    const headers = [['X-Forwarded-Host', 'iam.amazonaws.com']] as const;
    const host = 'sts.us-east-1.amazonaws.com';
    expect(connect(host, 'sts', 'us-east-1', { headers }).host).toBe(host);
    const strict = { strictForwardedHeaders: true };
    expect(() => connect(host, 'sts', 'us-east-1', { headers }, strict)).toThrowWithCode(
      SigV4ProxyError,
      'not-allowed',
    );
  });
});

describe('resolveTarget in mode forwarded', () => {
  const forwarded = (values: readonly string[], options: TargetOptions) =>
    connect(
      'agent.internal',
      'sts',
      'us-east-1',
      { mode: 'forwarded', headers: values.map((value) => ['x-forwarded-host', value] as const) },
      options,
    );
  const trust = { trustForwardedHost: true };

  it('goes where the trusted hop says', () => {
    const host = 'sts.us-east-1.amazonaws.com';
    expect(forwarded([host], trust).host).toBe(host);
  });

  it.each<[SigV4ProxyErrorCode, readonly string[], TargetOptions]>([
    ['missing-forwarded-host', [], trust],
    ['missing-forwarded-host', [''], trust],
    ['bad-host', ['sts.us-east-1.amazonaws.com, evil.example'], trust],
    ['bad-host', ['sts.us-east-1.amazonaws.com', 'sts.us-east-1.amazonaws.com'], trust],
    ['not-aws-host', ['evil.example'], trust],
    ['scope-host-mismatch', ['iam.amazonaws.com'], trust],
    ['not-allowed', ['sts.us-east-1.amazonaws.com'], {}],
  ])('refuses with %s: %j', (code, values, options) => {
    expect(() => forwarded(values, options)).toThrowWithCode(SigV4ProxyError, code);
  });
});

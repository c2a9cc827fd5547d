import { getPartition, partitionNames } from '@postern/config/aws';
import {
  ConfigError,
  getServiceNames,
  resolveServiceEndpoint,
  type ServiceEndpointQuery,
  serviceNames,
  servicesSigningAs,
} from '@postern/config/endpoints';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('resolveServiceEndpoint', () => {
  it.each<[ServiceEndpointQuery, string, string]>([
    [{ service: 'iam' }, 'iam.amazonaws.com', 'us-east-1'],
    [{ service: 'iam', region: 'aws-cn-global' }, 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    [{ service: 'iam', region: 'cn-northwest-1' }, 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    [{ service: 's3', region: 'us-east-1' }, 's3.us-east-1.amazonaws.com', 'us-east-1'],
    [
      { service: 'ec2', region: 'us-gov-west-1-fips' },
      'ec2.us-gov-west-1.amazonaws.com',
      'us-gov-west-1',
    ],
    [{ service: 'ec2', region: 'fips-us-east-1' }, 'ec2-fips.us-east-1.amazonaws.com', 'us-east-1'],
    [
      { service: 'sts', region: 'aws-us-gov-global' },
      'sts.us-gov-west-1.amazonaws.com',
      'us-gov-west-1',
    ],
    [
      { service: 'iot-data', region: 'cn-north-1' },
      'data.ats.iot.cn-north-1.amazonaws.com.cn',
      'cn-north-1',
    ],
    [
      {
        service: 'cognito-idp',
        region: 'us-east-2',
        useFipsEndpoint: true,
        useDualstackEndpoint: true,
      },
      'cognito-idp-fips.us-east-2.amazonaws.com',
      'us-east-2',
    ],
    [
      {
        service: 'cognito-idp',
        region: 'eu-west-1',
        useFipsEndpoint: true,
        useDualstackEndpoint: true,
      },
      'cognito-idp-fips.eu-west-1.api.aws',
      'eu-west-1',
    ],
    [
      { service: 's3', region: 'cn-north-1', useDualstackEndpoint: true },
      's3.dualstack.cn-north-1.amazonaws.com.cn',
      'cn-north-1',
    ],
    [
      { service: 'mars', region: 'eu-west-1', allowUnknownService: true },
      'mars.eu-west-1.amazonaws.com',
      'eu-west-1',
    ],
    [{ service: 'dynamodb', region: 'local' }, 'localhost:8000', 'us-east-1'],
  ])('%j is %s, signed for %s', (query, host, signingRegion) => {
    expect(resolveServiceEndpoint(query)).toMatchObject({ host, signingRegion });
  });

  it.each<[ServiceEndpointQuery, string]>([
    [{ service: 'ec2' }, 'missing-region'],
    [{ service: 'ec2', region: 'aws-global' }, 'missing-region'],
    [{ service: 'ec2', region: 'xx-mars-1' }, 'unknown-region'],
    [{ service: 'ec2', region: 'evil.example/' }, 'invalid-region'],
    [{ service: 'ec2', region: 'local' }, 'invalid-region'],
    [{ service: 's3', region: 'cn-north-1', useFipsEndpoint: true }, 'fips-not-available'],
    [{ service: 'mars', region: 'eu-west-1' }, 'unknown-service'],
    [{ service: 'a/b', region: 'eu-west-1', allowUnknownService: true }, 'unknown-service'],
    [{ service: '\nec2', region: 'eu-west-1' }, 'unknown-service'],
    [{ service: 'sts', region: 'us-east-1', signingRegion: 'a b' }, 'invalid-region'],
    [{ service: 'sts', customEndpoint: 'https://x.example' }, 'missing-region'],
    [
      {
        service: 'sts',
        region: 'us-east-1',
        useFipsEndpoint: true,
        customEndpoint: 'https://x.example',
      },
      'fips-with-custom-endpoint',
    ],
    [
      {
        service: 'sts',
        region: 'us-east-1',
        useDualstackEndpoint: true,
        customEndpoint: 'https://x.example',
      },
      'dualstack-with-custom-endpoint',
    ],
    [
      { service: 'sts', region: 'us-east-1', customEndpoint: 'http://x.example' },
      'insecure-custom-endpoint',
    ],
    [
      { service: 'sts', region: 'us-east-1', customEndpoint: 'http://127.evil.example' },
      'insecure-custom-endpoint',
    ],
  ])('refuses %j with %s', (query, code) => {
    expect(() => resolveServiceEndpoint(query)).toThrowWithCode(ConfigError, code);
  });

  it.each([
    'localhost:4566',
    'ftp://x.example',
    'https://user@x.example',
    'https://x.example/?a=b',
    'https://x.example/#a',
    'https://x.example\\@evil.example',
    'https://x.exa mple',
    'https://x.example\n',
    'https:x.example',
    '//x.example',
    '',
  ])('refuses the custom endpoint %j', (customEndpoint) => {
    expect(() =>
      resolveServiceEndpoint({ service: 'sts', region: 'us-east-1', customEndpoint }),
    ).toThrowWithCode(ConfigError, 'invalid-custom-endpoint');
  });

  it('takes plain http for this machine, and beyond it only on request', () => {
    const query = { service: 's3', region: 'eu-west-1' } as const;
    for (const customEndpoint of [
      'http://127.0.0.1:4566',
      'http://[::1]:1',
      'http://s3.localhost',
    ]) {
      expect(resolveServiceEndpoint({ ...query, customEndpoint }).url).toBe(customEndpoint);
    }
    const remote = {
      ...query,
      customEndpoint: 'http://minio.internal:9000',
      allowInsecureEndpoint: true,
    };
    expect(resolveServiceEndpoint(remote).host).toBe('minio.internal:9000');
  });

  it('signs for the region a custom endpoint was given', () => {
    const customEndpoint = 'https://iam.proxy.example';
    expect(
      resolveServiceEndpoint({ service: 'iam', region: 'eu-west-1', customEndpoint }).signingRegion,
    ).toBe('eu-west-1');
    expect(
      resolveServiceEndpoint({
        service: 'iam',
        region: 'eu-west-1',
        signingRegion: 'us-east-1',
        customEndpoint,
      }).signingRegion,
    ).toBe('us-east-1');
  });

  it('names the service that was probably meant', () => {
    expect(() => resolveServiceEndpoint({ service: 'dynamobd', region: 'eu-west-1' })).toThrow(
      expect.objectContaining({ hint: 'dynamodb' }),
    );
  });

  it('never leaves the zones of the partition, whatever the region', () => {
    const services = fc.constantFrom('sts', 's3', 'iam', 'ec2', 'dynamodb', 'budgets');
    const regions = fc.oneof(
      fc.constantFrom(...partitionNames().flatMap((name) => getPartition(name).regions)),
      fc.string({ unit: fc.constantFrom(...'usegovcn-1./@:'), maxLength: 20 }),
    );
    fc.assert(
      fc.property(
        services,
        regions,
        fc.boolean(),
        fc.boolean(),
        (service, region, useFipsEndpoint, useDualstackEndpoint) => {
          try {
            const query = { service, region, useFipsEndpoint, useDualstackEndpoint };
            const { host, partition } = resolveServiceEndpoint({ ...query, unknown: 'aws' });
            const { dnsSuffix, dualStackDnsSuffix } = getPartition(partition);
            expect(
              [dnsSuffix, dualStackDnsSuffix].some((suffix) => host.endsWith(`.${suffix}`)),
            ).toBe(true);
            expect(host).toMatch(/^[a-z0-9.-]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('service names', () => {
  it('lead from the service to the wire and back', () => {
    expect(getServiceNames('elbv2')).toEqual({
      service: 'elbv2',
      endpointPrefix: 'elasticloadbalancing',
      signingName: 'elasticloadbalancing',
    });
    expect(getServiceNames('Elbv2')).toBeUndefined();
    expect(servicesSigningAs('bedrock')).toContain('bedrock-runtime');
    expect(servicesSigningAs('nothing')).toEqual([]);
    for (const service of serviceNames()) {
      expect(servicesSigningAs(getServiceNames(service)?.signingName ?? '')).toContain(service);
    }
  });
});

describe('callers without types', () => {
  it.each([
    [null, 'invalid-argument'],
    [{}, 'invalid-argument'],
    [{ service: 5 }, 'invalid-argument'],
    [{ service: 'sts', region: 5 }, 'invalid-region'],
    [{ service: 'sts', region: ['us-east-1'] }, 'invalid-region'],
    [{ service: 'sts', region: 'us-east-1', signingRegion: 5 }, 'invalid-region'],
    [{ service: 'sts', region: 'us-east-1', customEndpoint: 5 }, 'invalid-custom-endpoint'],
    [
      { service: 'sts', region: 'us-east-1', customEndpoint: ['https://a'] },
      'invalid-custom-endpoint',
    ],
  ] as const)('get a coded error for %j', (query, code) => {
    expect(() => Reflect.apply(resolveServiceEndpoint, undefined, [query])).toThrowWithCode(
      ConfigError,
      code,
    );
  });

  it('do not take every host that ends like localhost for this machine', () => {
    const query = { service: 's3', region: 'us-east-1', customEndpoint: 'http://notlocalhost' };
    expect(() => resolveServiceEndpoint(query)).toThrowWithCode(
      ConfigError,
      'insecure-custom-endpoint',
    );
  });
});

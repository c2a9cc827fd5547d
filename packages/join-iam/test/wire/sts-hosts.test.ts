import { describe, expect, it } from 'vitest';
import { classifyStsHost, JoinIamError } from '../../src/index.js';

describe('classifyStsHost', () => {
  it.each([
    [
      'sts.us-gov-west-1.amazonaws.com',
      { useFipsEndpoint: true },
      { partition: 'aws-us-gov', fips: true },
    ],
    ['sts.us-gov-west-1.api.aws', { useDualstackEndpoint: true }, { fips: false, dualStack: true }],
    [
      'sts.cn-north-1.api.amazonwebservices.com.cn',
      { useDualstackEndpoint: true },
      { partition: 'aws-cn' },
    ],
    [
      'sts.eusc-de-east-1.api.amazonwebservices.eu',
      { useDualstackEndpoint: true },
      { partition: 'aws-eusc' },
    ],
    [
      'sts.us-gov-north-1.amazonaws.com',
      { extraRegions: [{ region: 'us-gov-north-1', partition: 'aws-us-gov' }] },
      { partition: 'aws-us-gov', region: 'us-gov-north-1', fips: true },
    ],
  ])('knows %s with %j', (host, options, row) => {
    expect(classifyStsHost(host, options)).toMatchObject({ host, ...row });
  });

  it.each([
    ['sts.us-iso-east-1.api.aws.ic.gov', { useDualstackEndpoint: true }, 'host-not-allowed'],
    ['sts-fips.eu-west-1.amazonaws.com', {}, 'host-not-allowed'],
    ['sts-fips.us-gov-west-1.amazonaws.com', {}, 'host-not-allowed'],
    ['sts.amazonaws.com.cn', {}, 'host-not-allowed'],
    [
      'sts.us-west-2.api.aws',
      { useDualstackEndpoint: true, useFipsEndpoint: true },
      'fips-required',
    ],
    ['__proto__', {}, 'host-not-allowed'],
  ])('refuses %s with %j', (host, options, code) => {
    expect(() => classifyStsHost(host, options)).toThrowWithCode(JoinIamError, code);
  });

  it.each([
    ['a host as region', { region: 'evil.example/', partition: 'aws' }],
    ['a region of another partition', { region: 'cn-east-1', partition: 'aws' }],
    ['a pseudo region', { region: 'aws-global', partition: 'aws' }],
    ['an availability zone', { region: 'us-east-1a', partition: 'aws' }],
    ['an unknown partition', { region: 'eu-east-9', partition: 'gcp' }],
    ['upper case', { region: 'EU-EAST-9', partition: 'aws' }],
  ])('adds nothing for %s as an extra region, and says so', (_, region) => {
    const host = `sts.${region.region}.amazonaws.com`;
    expect(() => classifyStsHost(host, { extraRegions: [region] })).toThrow(
      expect.objectContaining({
        code: 'host-not-allowed',
        hint: expect.stringContaining('1 entries'),
      }),
    );
  });
});

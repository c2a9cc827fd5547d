import { describe, expect, it } from 'vitest';
import { FederationError, resolveFederationEndpoint } from '../../src/index.js';

describe('resolveFederationEndpoint', () => {
  it.each([
    ['aws', 'https://signin.aws.amazon.com/federation'],
    ['aws-us-gov', 'https://signin.amazonaws-us-gov.com/federation'],
    ['aws-cn', 'https://signin.amazonaws.cn/federation'],
    ['aws-eusc', 'https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation'],
    ['aws-iso', 'https://us-iso-east-1.signin.c2shome.ic.gov/federation'],
    ['aws-iso-b', 'https://us-isob-east-1.signin.sc2shome.sgov.gov/federation'],
    ['aws-iso-e', 'https://eu-isoe-west-1.signin.csphome.adc-e.uk/federation'],
    ['aws-iso-f', 'https://us-isof-south-1.signin.csphome.hci.ic.gov/federation'],
  ])('knows the host of %s', (partition, url) => {
    expect(resolveFederationEndpoint({ partition })).toBe(url);
  });

  it('has FIPS hosts in GovCloud', () => {
    const gov = { partition: 'aws-us-gov', useFipsEndpoint: true };
    const main = 'https://signin-fips.amazonaws-us-gov.com/federation';
    expect(resolveFederationEndpoint(gov)).toBe(main);
    expect(resolveFederationEndpoint({ ...gov, region: 'us-gov-west-1' })).toBe(main);
    expect(resolveFederationEndpoint({ ...gov, region: 'us-gov-east-1' })).toBe(
      'https://us-gov-east-1.signin-fips.amazonaws-us-gov.com/federation',
    );
  });

  it.each(['aws', 'aws-cn', 'aws-eusc'])('has no FIPS host in %s', (partition) => {
    expect(() => resolveFederationEndpoint({ partition, useFipsEndpoint: true })).toThrowWithCode(
      FederationError,
      'fips-not-available',
    );
  });

  it.each([
    ['aws', 'cn-north-1', 'partition-mismatch'],
    ['aws', 'evil.example/x', 'invalid-region'],
    ['aws', 'aws-global', 'invalid-region'],
    ['aws', '', 'invalid-region'],
    ['aws', 'us-east-1a', 'invalid-region'],
    ['aws', 'mars-north-1', 'invalid-region'],
    ['azure', undefined, 'unknown-partition'],
    ['', undefined, 'unknown-partition'],
  ])('refuses %s with region %s', (partition, region, code) => {
    expect(() => resolveFederationEndpoint({ partition, region })).toThrowWithCode(
      FederationError,
      code,
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  FederationError,
  formatProviderArn,
  issuerFromPublicAddress,
  issuerFromS3Uri,
} from '../../src/oidc/index.js';

describe('issuerFromPublicAddress', () => {
  it.each([
    ['access.example.com', 'https://access.example.com', []],
    ['ACCESS.example.com:443', 'https://access.example.com', []],
    ['HTTPS://Access.Example.com/Tenants/A/', 'https://access.example.com/Tenants/A', []],
    ['access.example.com:8443', 'https://access.example.com:8443', ['issuer-has-port']],
    ['localhost:3080', 'https://localhost:3080', ['issuer-has-port', 'issuer-not-public']],
    ['10.0.0.1', 'https://10.0.0.1', ['issuer-not-public']],
    ['https://[::1]', 'https://[::1]', ['issuer-not-public']],
  ])('makes of %s %s', (address, issuer, warnings) => {
    expect(issuerFromPublicAddress(address)).toEqual({ issuer, warnings });
  });

  it('leaves its own result as it is', () => {
    const { issuer } = issuerFromPublicAddress('https://x.example/a%2Fb/C');
    expect(issuerFromPublicAddress(issuer).issuer).toBe(issuer);
  });

  it.each([
    '',
    'http://access.example.com',
    'ftp://access.example.com',
    'https://http://access.example.com',
    'https://a?x',
    'a#x',
    'u@a.example',
    'a.example\\b',
    'a b.example',
    'ä.example',
    '0x7f.1',
    'https://a.example/../b',
    'https://a.example/./b',
    'https://a.example:99999',
    'https://:443',
    'https://a.example//',
    'https://a..b',
    'https://*.a.example',
    'a.example:0',
    'a.example.',
    'https://[::1',
    `https://a.example/${'x'.repeat(250)}`,
  ])('refuses %j', (address) => {
    expect(() => issuerFromPublicAddress(address)).toThrowWithCode(
      FederationError,
      'invalid-issuer',
    );
  });
});

describe('issuerFromS3Uri', () => {
  it('names the host of the region where one is given', () => {
    const uri = 's3://my-bucket/a/b/';
    expect(issuerFromS3Uri(uri).issuer).toBe('https://my-bucket.s3.amazonaws.com/a/b');
    expect(issuerFromS3Uri(uri, { region: 'cn-north-1' }).issuer).toBe(
      'https://my-bucket.s3.cn-north-1.amazonaws.com.cn/a/b',
    );
  });

  it.each([
    's3://b',
    's3://bucket/',
    's3:///prefix',
    's3://Bucket/p',
    's3://bucket/p?x',
    'bucket/p',
  ])('refuses %s', (uri) => {
    expect(() => issuerFromS3Uri(uri)).toThrowWithCode(FederationError, 'invalid-issuer-s3-uri');
  });

  it('refuses a pseudo region, which has no hosts', () => {
    for (const region of ['aws-global', 'aws-cn-global']) {
      expect(() => issuerFromS3Uri('s3://my-bucket/a', { region })).toThrowWithCode(
        FederationError,
        'invalid-region',
      );
    }
  });

  it('refuses a region that is none', () => {
    expect(() => issuerFromS3Uri('s3://bucket/p', { region: 'x/y' })).toThrowWithCode(
      FederationError,
      'invalid-region',
    );
  });
});

describe('formatProviderArn', () => {
  it('writes the issuer without its scheme, in every partition', () => {
    const q = { issuer: 'https://access.example.com/a', accountId: '111122223333' };
    expect(formatProviderArn({ ...q, partition: 'aws-cn' })).toBe(
      'arn:aws-cn:iam::111122223333:oidc-provider/access.example.com/a',
    );
    expect(formatProviderArn(q)).toMatch(/^arn:aws:/);
  });

  it('refuses a bad account and partition', () => {
    const q = { issuer: 'access.example.com', accountId: '1111' };
    expect(() => formatProviderArn(q)).toThrowWithCode(FederationError, 'invalid-account-id');
    expect(() => formatProviderArn({ ...q, partition: 'x' })).toThrowWithCode(
      FederationError,
      'unknown-partition',
    );
  });
});

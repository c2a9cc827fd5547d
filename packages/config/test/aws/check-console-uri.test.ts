import { checkConsoleUri, isConsoleUri } from '@postern/config/aws';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('checkConsoleUri', () => {
  it.each([
    ['https://cn-north-1.console.amazonaws.com.cn/', { partition: 'aws-cn', region: 'cn-north-1' }],
    ['HTTPS://console.aws.amazon.com./x', { partition: 'aws', region: null }],
    [
      'https://us-gov-east-1.console.amazonaws-us-gov.com',
      { partition: 'aws-us-gov', region: 'us-gov-east-1' },
    ],
    [
      'https://111122223333-AbCd1234.us-east-1.console.aws.amazon.com/',
      { partition: 'aws', region: 'us-east-1', session: '111122223333-abcd1234' },
    ],
    ['https://s3.console.aws.amazon.com/s3', { partition: 'aws', region: null, satellite: 's3' }],
    [
      'https://lightsail.aws.amazon.com',
      { partition: 'aws', region: null, satellite: 'lightsail' },
    ],
    ['https://us-north-9.console.aws.amazon.com', { partition: 'aws', region: 'us-north-9' }],
  ])('accepts %s', (uri, expected) => {
    expect(checkConsoleUri(uri)).toEqual({ isConsole: true, ...expected });
    expect(isConsoleUri(uri)).toBe(true);
  });

  it.each([
    ['https:/console.aws.amazon.com', 'malformed'],
    ['https:///console.aws.amazon.com', 'malformed'],
    ['https://console.aws.amazon.com:x/', 'malformed'],
    ['https://console.aws.amazon.com:/', 'malformed'],
    ['https://console.aws.amazon.com:99999/', 'malformed'],
    ['https://console.aws.amazon.com\t/', 'malformed'],
    ['https://consоle.aws.amazon.com/', 'malformed'],
    ['https://console。aws.amazon.com/', 'malformed'],
    [`https://console.aws.amazon.com/${'x'.repeat(20_000)}`, 'malformed'],
    ['ftp://console.aws.amazon.com', 'scheme'],
    ['https://@console.aws.amazon.com/', 'userinfo'],
    ['https://console.aws.amazon.com:80@evil.example:443', 'userinfo'],
    ['https://console.aws.amazon.com:8443/', 'port'],
    ['https://console%2eaws.amazon.com/', 'host'],
    ['https://aws-global.console.aws.amazon.com/', 'host'],
    ['https://xx-mars-1.console.aws.amazon.com/', 'host'],
    ['https://console.c2shome.ic.gov/', 'host'],
    ['https://xconsole.aws.amazon.com/', 'host'],
    ['https://[::1]/', 'host'],
    ['https://us-gov-west-1.console.aws.amazon.com/', 'region-partition'],
    ['https://111122223333-a.cn-north-1.console.aws.amazon.com/', 'region-partition'],
  ])('refuses %s as %s', (uri, reason) => {
    expect(checkConsoleUri(uri)).toEqual({ isConsole: false, reason });
  });

  it('accepts inferred hosts on request only', () => {
    const options = { allowInferredHosts: true };
    expect(checkConsoleUri('https://console.c2shome.ic.gov/', options)).toEqual({
      isConsole: true,
      partition: 'aws-iso',
      region: null,
    });
    expect(checkConsoleUri('https://us-iso-west-1.console.c2shome.ic.gov/', options)).toMatchObject(
      {
        region: 'us-iso-west-1',
      },
    );
  });

  it('never accepts an address that a browser would take elsewhere', () => {
    const bits = [
      'https',
      '://',
      '/',
      '@',
      ':',
      '443',
      '.',
      'console.aws.amazon.com',
      'evil.example',
      '#',
      '?',
      '\\',
      '%2e',
      'us-east-1',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 8 }), (parts) => {
        const uri = `https://${parts.join('')}`;
        if (!isConsoleUri(uri)) return;
        const { hostname, protocol, port, username } = new URL(uri);
        expect(hostname.replace(/\.$/, '')).toMatch(/^(?:[a-z0-9-]+\.)?console\.aws\.amazon\.com$/);
        expect([protocol, port, username]).toEqual(['https:', '', '']);
      }),
      { numRuns: 1000 },
    );
  });
});

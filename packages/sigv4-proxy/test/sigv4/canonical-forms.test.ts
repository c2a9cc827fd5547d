import { describe, expect, it } from 'vitest';
import { SigV4ProxyError } from '../../src/errors.js';
import { otherS3Path } from '../../src/sigv4/canonical-path.js';
import { joinSorted } from '../../src/sigv4/join-sorted.js';
import { isScopeDate, parseAmzDate } from '../../src/sigv4/read-date.js';
import { canonicalPath, canonicalQuery, parseAuthorization } from '../../src/verify/index.js';

describe('canonicalPath', () => {
  it.each([
    ['', 'sqs', undefined, '/'],
    ['', 's3', undefined, '/'],
    ['/a/./b//../c', 'sqs', undefined, '/a/c'],
    ['/..', 'sqs', undefined, '/'],
    ['/a b/', 'sqs', undefined, '/a%20b/'],
    ['/\u0007é', 'sqs', undefined, '/%07%E9'],
    ['/a//b/../%7e%2f', 's3', undefined, '/a//b/../~/'],
    ['/v20180820/%7e%c3', 's3', 'x.s3-control.eu-west-1.amazonaws.com', '/v20180820/%7E%C3'],
    ['/v20180820/%7e%c3', 's3', undefined, '/v20180820/%7E%C3'],
    ['/v20180820/%7e', 's3', 'v20180820.s3.amazonaws.com', '/v20180820/~'],
    ['/other/%7e', 's3', 'x.s3-outposts.eu-west-1.amazonaws.com', '/other/~'],
  ])('%j for %s at %s', (path, service, host, expected) => {
    expect(canonicalPath(path, { service, host })).toBe(expected);
  });

  it.each(['/%', '/%4', '/a%zz', '/日'])('refuses %j for S3', (path) => {
    expect(() => canonicalPath(path, { service: 's3' })).toThrowWithCode(
      SigV4ProxyError,
      'bad-encoding',
    );
  });
});

describe('otherS3Path', () => {
  it.each([
    ['/plain', '/plain', undefined],
    ['/%7e', '/~', '/%7E'],
    ['/%c3', '/%C3', undefined],
    ['/%7e', '/%7E', '/~'],
  ])('of %s beside %s', (path, canonical, expected) => {
    expect(otherS3Path(path, canonical)).toBe(expected);
  });
});

describe('canonicalQuery', () => {
  it.each([
    ['b=2&a=1', 'a=1&b=2'],
    ['a-b=1&a=2&a=1', 'a=1&a=2&a-b=1'],
    ['a', 'a='],
    ['=x&&a=%7e+', '=x&a=~%20'],
    ['x=1', 'x=1'],
  ])('%s', (query, expected) => {
    expect(canonicalQuery(query)).toBe(expected);
  });

  it('refuses a percent sign that stands alone', () => {
    expect(() => canonicalQuery('a=%')).toThrowWithCode(SigV4ProxyError, 'bad-encoding');
  });

  it('sorts few and many parameters by name and then value', () => {
    for (const count of [0, 1, 2, 3, 8, 9, 40]) {
      const pieces = Array.from({ length: count }, (_, i) => {
        const name = 'a'.repeat(1 + ((i * 7) % 5)) + ['', '-', '.', '0', 'B', '_', '~'][i % 7];
        return [name, String((i * 13) % 4)] as const;
      });
      const expected = pieces.map(([name, value]) => `${name} ${value}`).sort();
      expect(joinSorted(pieces.map(([name, value]) => `${name}=${value}`))).toBe(
        expected.join('&').replaceAll(' ', '='),
      );
    }
  });
});

describe('dates', () => {
  it.each([
    ['20240229', true],
    ['20230229', false],
    ['20000229', true],
    ['19000229', false],
    ['20261301', false],
    ['20260001', false],
    ['20260100', false],
    ['20260131', true],
    ['20260431', false],
    ['20260631', false],
    ['20260931', false],
    ['20261131', false],
    ['20261130', true],
    ['2026-1-1', false],
  ])('%s exists: %s', (day, exists) => {
    expect(isScopeDate(day)).toBe(exists);
    expect(parseAmzDate(`${day}T235959Z`) !== undefined).toBe(exists);
  });

  it.each(['20261120T240000Z', '20261120T006000Z', '20261120T000060Z', '20261120T000000'])(
    '%s is no time',
    (text) => {
      expect(parseAmzDate(text)).toBeUndefined();
    },
  );
});

describe('parseAuthorization', () => {
  const good =
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261120/eu-west-1/sqs/aws4_request, ' +
    `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

  it.each([
    [' \t', 'missing-auth'],
    ['x'.repeat(8193), 'malformed-auth'],
    ['Basic abc', 'unsupported-algorithm'],
    ['AWS4-HMAC-SHA256', 'malformed-auth'],
    [good.replace('SHA256 ', 'SHA256-PAYLOAD '), 'malformed-auth'],
    [good.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256-PAYLOAD'), 'malformed-auth'],
    [`${good},`, 'malformed-auth'],
    [good.replace('Signature=', 'Credential='), 'malformed-auth'],
    [good.replace('Signature=', 'Signatur='), 'malformed-auth'],
    [good.replace('SignedHeaders=', 'Signature='), 'malformed-auth'],
    [good.replace('eu-west-1/', ''), 'malformed-auth'],
    [good.replace('eu-west-1/', '/'), 'malformed-auth'],
    [good.replace('AKIAIOSFODNN7EXAMPLE', 'short'), 'malformed-auth'],
    [good.replace('20261120', '20261320'), 'malformed-auth'],
    [good.replace('aws4_request', 'aws4'), 'malformed-auth'],
    [good.replace('host;x-amz-date', 'x-amz-date;host'), 'malformed-auth'],
    [good.replace('host;x-amz-date', 'x-amz-date'), 'malformed-auth'],
    [good.replace('host;', 'authorization;host;'), 'malformed-auth'],
    [good.replace('Signature=0', 'Signature='), 'malformed-auth'],
    [good.replace('HMAC-SHA256', 'ECDSA-P256-SHA256').replace('eu-west-1/', ''), 'malformed-auth'],
  ] as const)('refuses %j with %s', (header, code) => {
    expect(() => parseAuthorization(header)).toThrowWithCode(SigV4ProxyError, code);
  });

  it('reads blanks and tabs around the parts', () => {
    expect(parseAuthorization(` ${good.replaceAll(', ', ' ,\t')}\t`)).toMatchObject({
      region: 'eu-west-1',
      service: 'sqs',
      signedHeaders: ['host', 'x-amz-date'],
    });
  });
});

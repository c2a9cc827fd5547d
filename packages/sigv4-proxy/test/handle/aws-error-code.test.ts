import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsErrorCode, isExpiredCode } from '../../src/handle/aws-error-code.js';

describe('awsErrorCode', () => {
  it.each([
    ['ResourceNotFound:http://x/', '', 'ResourceNotFound'],
    [undefined, '<?xml?><Error><Code>NoSuchKey</Code></Error>', 'NoSuchKey'],
    [
      undefined,
      '{"__type":"com.amazon.coral.service#ExpiredTokenException"}',
      'ExpiredTokenException',
    ],
    [undefined, '{"code":"Denied"}', 'Denied'],
    [undefined, 'plain', undefined],
    [undefined, `${'x'.repeat(9000)}<Code>Late</Code>`, undefined],
  ])('reads header %s, body %s as %s', (header, body, expected) => {
    expect(awsErrorCode(header, Buffer.from(body))).toBe(expected);
  });

  it('reads CBOR', () => {
    const body = cbor.serialize({
      __type: 'com.amazon.coral.service#ExpiredTokenException',
      message: 'm',
    });
    expect(awsErrorCode(undefined, body)).toBe('ExpiredTokenException');
    expect(awsErrorCode(undefined, cbor.serialize({ __type: 'Short', message: 'm' }))).toBe(
      'Short',
    );
    expect(isExpiredCode('ExpiredTokenException')).toBe(true);
    expect(isExpiredCode(undefined)).toBe(false);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        awsErrorCode(undefined, body);
      }),
    );
  });
});

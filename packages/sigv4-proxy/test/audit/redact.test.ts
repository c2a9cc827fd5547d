import { describe, expect, it } from 'vitest';
import { redactBody } from '../../src/audit/redact-body.js';
import { redactQuery } from '../../src/audit/redact-query.js';

describe('redactQuery', () => {
  it.each([
    ['a=1&b=2', 'a=1&b=2'],
    ['X-Amz-Signature=abc&x-id=GetObject', 'X-Amz-Signature=REDACTED&x-id=GetObject'],
    ['x-amz-security-token=t%2F&a', 'x-amz-security-token=REDACTED&a'],
    ['X-Amz-S3session-Token=t', 'X-Amz-S3session-Token=REDACTED'],
    ['X%2DAmz%2DCredential=k', 'X%2DAmz%2DCredential=REDACTED'],
    ['X-Amz-Signature', 'X-Amz-Signature=REDACTED'],
    ['%zz=1&X-Amz-Date=2', '%zz=1&X-Amz-Date=2'],
  ])('%s becomes %s', (query, expected) => {
    expect(redactQuery(query)).toBe(expected);
  });
});

describe('redactBody', () => {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));

  it('hides members at any depth', () => {
    const body = json({ a: { Password: 'x', list: [{ Password: ['y'] }] }, b: 1 });
    expect(redactBody(body, 'application/x-amz-json-1.1; charset=utf-8', ['Password'])).toEqual({
      a: { Password: '[redacted]', list: [{ Password: '[redacted]' }] },
      b: 1,
    });
  });

  it.each([
    [json({ a: 1 }), 'text/plain'],
    [json({ a: 1 }), undefined],
    [Buffer.from('{'), 'application/json'],
    [Buffer.alloc(0), 'application/json'],
    [json('x'.repeat(65_536)), 'application/json'],
  ])('leaves out what is not short JSON (%#)', (body, type) => {
    expect(redactBody(body, type)).toBe(undefined);
  });
});

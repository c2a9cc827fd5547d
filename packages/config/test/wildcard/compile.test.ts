import { compileWildcard } from '@postern/config/wildcard';
import { describe, expect, it } from 'vitest';

describe('compileWildcard', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'arn:aws:iam::1:role/a', true],
    ['**', 'a/b:c', true],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ab', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'a/c', true],
    ['?', '', false],
    ['??', 'a', false],
    ['a*b*c', 'a1b2c3c', true],
    ['a*b*c', 'a1c2b', false],
    ['*/i-*', 'assumed-role/node/i-0abc', true],
    ['A', 'a', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['a\\*', 'a\\b', true],
    ['*aab', 'aaab', true],
  ])('%j matches %j: %j', (pattern, value, expected) => {
    expect(compileWildcard(pattern)(value)).toBe(expected);
  });

  it('takes a question mark for one character, not for half of a surrogate pair', () => {
    expect(compileWildcard('?')('😀')).toBe(true);
    expect(compileWildcard('??')('😀')).toBe(false);
    expect(compileWildcard('*?')('a😀')).toBe(true);
    expect(compileWildcard('*??')('😀')).toBe(false);
  });

  it('takes a question mark for itself when asked to', () => {
    const matches = compileWildcard('a?*', { question: 'literal' });
    expect(matches('a?b')).toBe(true);
    expect(matches('abb')).toBe(false);
    expect(compileWildcard('a?', { question: 'literal' })('a?')).toBe(true);
  });

  it('needs no more steps than the product of the lengths', () => {
    const pattern = `${'a*'.repeat(200)}b`;
    expect(compileWildcard(pattern)('a'.repeat(20_000))).toBe(false);
  });
});

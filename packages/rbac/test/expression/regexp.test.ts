import { describe, expect, it } from 'vitest';
import { EvaluationFailure } from '../../src/expression/evaluation-failure.js';
import { compileRegexp } from '../../src/expression/regexp.js';
import { compileReplacement } from '../../src/expression/replacement.js';
import { RbacError } from '../../src/index.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

const compile = (pattern: string) => compileRegexp(pattern, DEFAULT_LIMITS);

describe('compileRegexp', () => {
  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '(a)\\1',
    '\\k<n>',
    '(?>a)',
    'a++',
    'a{1001}',
    '\\cA',
    '\\uFFFF',
    '\\h',
    '((',
    '[a',
    'a**',
    '\\Z',
  ])('refuses %s, which RE2 does not know', (pattern) => {
    expect(() => compile(pattern)).toThrowWithCode(RbacError, 'invalid-pattern');
  });

  it.each([
    ['(?i)k', '\u212a', true],
    ['(?s)a.b', 'a\nb', true],
    ['(?m)^b$', 'a\nb', true],
    ['(?P<n>a)', 'a', true],
    ['\\Qa.b\\E', 'a.b', true],
    ['\\Qa.b\\E', 'axb', false],
    ['^[[:digit:]]+$', '42', true],
    ['^\\pL+$', 'né', true],
    ['a\\z', 'a', true],
    ['^a$', 'a\n', false],
    ['^.$', '\r', true],
    ['^.$', '\u2028', true],
    ['^.$', '\n', false],
    ['\\s', '\v', false],
    ['\\s', '\u00a0', false],
    ['^a{,2}$', 'a{,2}', true],
  ])('matches %s against %j as Go does', (pattern, text, wanted) => {
    expect(compile(pattern).test(text)).toBe(wanted);
  });

  it.each([
    ['a*', 'baaac', 'x', 'xbxcx'],
    ['b', 'abab', '$0$0', 'abbabb'],
    ['(a)(b)?', 'ab a', '[$1|$2]', '[a|b] [a|]'],
    ['a', 'a', '$$1', '$1'],
    ['a', 'a', '$', '$'],
    ['a', 'a', '$-', '$-'],
    ['a', 'a', "$&$`$'", "$&$`$'"],
    ['(a)', 'a', '$1_x', ''],
    ['(a)', 'a', '$'.concat('{1}_x'), 'a_x'],
    ['(?P<n>a)', 'a', '<$n>', '<a>'],
    ['(a)', 'a', '${', '${'],
    ['(a)', 'a', '$2', ''],
    ['(a)', 'a', '$01', ''],
    ['(?P<n>a)', 'a', '$1$$n$n', 'a$na'],
  ])('replaces %s in %s by %j', (pattern, text, replacement, wanted) => {
    expect(compile(pattern).replace(text, compileReplacement(replacement))).toBe(wanted);
  });

  it('tells that nothing matched', () => {
    expect(compile('z').replace('abc', compileReplacement('x'))).toBeUndefined();
  });

  it('ignores case on request', () => {
    expect(compileRegexp('^abc$', DEFAULT_LIMITS, { ignoreCase: true }).test('aBC')).toBe(true);
  });

  it('takes ordinary lists of accounts and exact repetitions', () => {
    const ids = Array.from({ length: 150 }, (_, index) => String(111_122_220_000 + index * 7));
    expect(compile(`^(${ids.join('|')})$`).test(ids.at(-1) ?? '')).toBe(true);
    expect(compile(`^(${ids.slice(0, 78).join('|')})$`).test('1'.repeat(200))).toBe(false);
    expect(compile('^a{1000}$').test('a'.repeat(1000))).toBe(true);
  });

  it.each([
    ['.', 'a'.repeat(200), '$0'.repeat(300)],
    ['a*b|a', 'a'.repeat(4000), ''],
    ['.', 'a'.repeat(8000), '$9'.repeat(1000)],
  ])('stops replacing %s when the result or the work grows too large', (pattern, text, by) => {
    expect(() => compile(pattern).replace(text, compileReplacement(by))).toThrow(EvaluationFailure);
  });

  it.each([
    '(x{100}){100}',
    'a{1000}'.repeat(3),
    `(?:${'ab'.repeat(200)}){50}`,
    '(a?){1000}',
    `(?i)${'[\u0100-\ud7a3]'.repeat(170)}`,
    `(?si:${'[a\\x{100}-\\x{10ffff}]'.repeat(5)})`,
    '[\\pL\\pN]'.repeat(13),
  ])('refuses %s before it is built', (pattern) => {
    expect(() => compile(pattern)).toThrowWithCode(RbacError, 'invalid-pattern');
  });

  it('refuses a pattern beyond the limit', () => {
    expect(() => compile('a'.repeat(2049))).toThrowWithCode(RbacError, 'too-long');
  });
});

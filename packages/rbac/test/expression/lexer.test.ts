import { describe, expect, it } from 'vitest';
import { tokenize } from '../../src/expression/lexer.js';
import { parseExpression } from '../../src/expression/parser.js';
import { RbacError } from '../../src/index.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

const texts = (text: string) => tokenize(text).map((token) => token.text);
const parse = (text: string) => parseExpression(text, DEFAULT_LIMITS);

describe('tokenize', () => {
  it('reads names of any letters, strings of both kinds and operators', () => {
    expect(texts('größe.β1["a\\tb"] != `c\\d`')).toEqual([
      'größe',
      '.',
      'β1',
      '[',
      'a\tb',
      ']',
      '!=',
      'c\\d',
      '',
    ]);
  });

  it('skips comments and drops carriage returns of raw strings', () => {
    expect(texts('a /* x */ // y')).toEqual(['a', '\n', '']);
    expect(texts('`a\r\nb`')).toEqual(['a\nb', '']);
  });

  it.each([
    ['"\\x41\\101\\u0042\\U00000043"', 'AABC'],
    ['"\\xc3\\xa9"', 'é'],
    ['"\\xff"', '\ufffd'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\b\f\n\r\t\v\\"'],
  ])('unescapes %s', (text, value) => {
    expect(texts(text)[0]).toBe(value);
  });

  it.each([
    '"\\d"',
    "'a'",
    '"a',
    '`a',
    '"\\400"',
    '"\\ud800"',
    '"\\U00110000"',
    '"a\nb"',
    '#',
    '/* a',
    'a ; b',
    '"\\\'"',
  ])('refuses %j with a place', (text) => {
    expect(() => tokenize(text)).toThrowWithCode(RbacError, 'invalid-expression');
    try {
      tokenize(text);
    } catch (error) {
      expect(error).toMatchObject({ span: { start: expect.any(Number) } });
    }
  });
});

describe('parseExpression', () => {
  it('lets an operator end a line but not start one', () => {
    expect(parse('a ==\nb').kind).toBe('binary');
    expect(parse('a == b\n').kind).toBe('binary');
    expect(() => parse('a\n== b')).toThrowWithCode(RbacError, 'invalid-expression');
    expect(() => parse('f(a\n)')).toThrowWithCode(RbacError, 'invalid-expression');
    expect(parse('f(a,\n)').kind).toBe('call');
    expect(() => parse('a // b\n|| c')).toThrowWithCode(RbacError, 'invalid-expression');
  });

  it('binds and tighter than or, and comparison tighter than and', () => {
    expect(parse('a || b && c == d')).toMatchObject({
      operator: '||',
      right: { operator: '&&', right: { operator: '==' } },
    });
    expect(parse('!a && b')).toMatchObject({ operator: '&&', left: { kind: 'not' } });
  });

  it.each([
    '',
    'a b',
    '(a',
    'a)',
    'a.',
    'a.type',
    'type',
    'a.b-c d',
    'f(,)',
    'a[',
    'a[]',
    '== a',
    '()',
    'a.."b"',
  ])('refuses %j', (text) => {
    expect(() => parse(text)).toThrowWithCode(RbacError, 'invalid-expression');
  });

  it('bounds nesting, chains and length', () => {
    expect(() => parse(`${'('.repeat(65)}a${')'.repeat(65)}`)).toThrowWithCode(
      RbacError,
      'invalid-expression',
    );
    expect(() => parse(`a${'||a'.repeat(2000)}`)).toThrowWithCode(RbacError, 'invalid-expression');
    expect(() => parse(`a${'.a'.repeat(2000)}`)).toThrowWithCode(RbacError, 'invalid-expression');
    expect(() => parse('a'.repeat(9000))).toThrowWithCode(RbacError, 'too-long');
    expect(parse(`a${'||a'.repeat(500)}`).kind).toBe('binary');
  });
});

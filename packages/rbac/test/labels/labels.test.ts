import { describe, expect, it } from 'vitest';
import {
  compileLabelExpression,
  compileNameMatcher,
  matchLabels,
  RbacError,
} from '../../src/index.js';

describe('matchLabels', () => {
  it.each([
    [
      'a key that fails wins over one that does not match',
      { a: '^[$', b: 'no' },
      { a: 'x', b: 'y' },
      'error',
    ],
    ['the same in the other order', { b: 'no', a: '^[$' }, { a: 'x', b: 'y' }, 'error'],
    ['an earlier value hides a later fault', { a: ['x', '^[$'] }, { a: 'x' }, 'match'],
    ['a later value does not', { a: ['^[$', 'x'] }, { a: 'x' }, 'error'],
    ['a star in the list hides every fault', { a: ['^[$', '*'] }, { a: 'x' }, 'match'],
    ['the universal selector ignores other keys', { '*': '*', a: '^[$' }, { a: 'x' }, 'match'],
    ['a star beside another value is a name', { '*': ['*', 'x'] }, {}, 'no-match'],
    ['a star does not cross a line feed', { a: 'x*y' }, { a: 'x\ny' }, 'no-match'],
    ['a literal line feed does match', { a: 'x\n*y' }, { a: 'x\nzy' }, 'match'],
    ['a star crosses a carriage return', { a: 'x*y' }, { a: 'x\r\u2028y' }, 'match'],
    ['stars find a way past a first try', { a: '*ab*b' }, { a: 'ababb' }, 'match'],
    ['head and tail do not share characters', { a: 'aba*aba' }, { a: 'ababa' }, 'no-match'],
    ['a question mark is literal', { a: 'a?' }, { a: 'ab' }, 'no-match'],
    ['inherited names are no labels', { constructor: '*' }, {}, 'no-match'],
    ['an alternation keeps one anchor each', { a: '^prod|stage$' }, { a: 'my-stage' }, 'match'],
    ['and nothing in between', { a: '^prod|stage$' }, { a: 'xprod-eu' }, 'no-match'],
  ] as const)('%s', (_, selector, labels, wanted) => {
    expect(matchLabels(selector, labels)).toBe(wanted);
  });
});

describe('compileLabelExpression', () => {
  const evaluate = (text: string, labels = {}, traits = {}, username?: string) =>
    compileLabelExpression(text).evaluate({ labels, traits, username });

  it.each([
    ['1 == 1 && 2 != 3', true],
    ['labels["a"] == "" && labels.b == `x`', true],
    ['labels[labels["k"]] == "x"', true],
    ['contains_any("x", labels.b)', true],
    ['contains(regexp.replace(labels.b, "^(x)$", "$'.concat('{1}y"), "xy")'), true],
    ['regexp.match(labels["absent"], "*")', true],
    ['contains(set(), "x")', false],
    ['contains(strings.upper("straße"), "STRAßE")', true],
    ['contains(strings.lower("\u0130"), "i")', true],
    ['contains(labels_matching("*"), "x")', true],
    ['labels.b == "x" || contains(email.local("bad"), "x")', true],
    ['// note\nlabels.b == "x" // note', true],
  ])('%s is %s', (text, value) => {
    expect(evaluate(text, { b: 'x', k: 'b' })).toEqual({ value });
  });

  it.each([
    '"a" == 1',
    '!"a"',
    '"a" && "b"',
    'labels == labels',
    'contains("a")',
    'contains("a", "b", "c")',
    'contains("a", set("a"))',
    'labels["a"]["b"] == "c"',
    'labels[1] == "c"',
    'strings.upper("a") == "A"',
    'true',
    'user.spec == "a"',
    '"a" + "b" == "ab"',
    'contains(1, "a")',
    '01x == 1',
    '99999999999999999999 == 1',
    'contains(user.spec.traits, "a")',
    '(1 == 1) == (1 == 1)',
    'labels.cost-center == "x"',
    'labels.type == "x"',
  ])('refuses %s with a place', (text) => {
    expect(() => compileLabelExpression(text)).toThrowWithCode(RbacError, 'invalid-expression');
  });

  it.each([
    'regexp.match(labels.a, "^[$")',
    'contains(regexp.replace("a", "((", ""), "a")',
    'user.metadata.name == "x"',
    'contains(labels_matching("^[$"), "x")',
  ])('fails for %s when it runs', (text) => {
    expect(evaluate(text)).toMatchObject({ error: 'eval' });
  });
});

describe('compileNameMatcher', () => {
  it.each([
    ['a-{{regexp.match("^b$")}}-c', 'a-b-c', true],
    ['a-{{regexp.match("")}}-c', 'a-c', true],
    [' {{regexp.match("b")}}', 'b', false],
    ['{{regexp.not_match("b")}}', 'a', true],
    ['x{{regexp.not_match("b")}}', 'a', false],
    ['{{ regexp.match("b") }}', 'abc', true],
  ])('%s on %s is %s', (pattern, name, wanted) => {
    expect(compileNameMatcher(pattern)(name)).toBe(wanted);
  });

  it.each([
    '{{regexp.match(external.a)}}',
    '{{"x"}}',
    '{{regexp.replace("a", "b", "c")}}',
    '{{regexp.match("a", "b")}}',
    '}}',
    '^[$',
  ])('refuses %s', (pattern) => {
    expect(() => compileNameMatcher(pattern)).toThrowWithCode(RbacError, 'invalid-pattern');
  });

  it('matches no name that is too long for the pattern', () => {
    const pattern = '{{regexp.not_match("^(a+)+b$")}}';
    expect(compileNameMatcher(pattern)('c')).toBe(true);
    expect(compileNameMatcher(pattern)('a'.repeat(100_000))).toBe(false);
  });
});

describe('several labels', () => {
  it('give an error when one cannot be compared, also beside one that does not match', () => {
    expect(matchLabels({ a: 'x', b: '^[$' }, { a: 'y', b: 'z' })).toBe('error');
    expect(matchLabels({ a: '^[$', b: 'x' }, { a: 'y', b: 'z' })).toBe('error');
    expect(matchLabels({ a: 'x', b: '^[$' }, { a: 'y' })).toBe('no-match');
  });
});

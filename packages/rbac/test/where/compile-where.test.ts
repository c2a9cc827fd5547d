import { describe, expect, it } from 'vitest';
import { compileWhere, evaluateRule, RbacError } from '../../src/index.js';
import { role, roleSet, user } from '../support/make.js';

const context = {
  user: { metadata: { name: 'dana' }, spec: { roles: ['r'], traits: { team: ['core', 'edge'] } } },
  resource: {
    kind: 'role',
    metadata: { name: 'aws-ro', labels: { team: 'core' } },
    spec: { depth: { tag: 'x' }, count: 2 },
  },
};
const evaluate = (text: string, more: object = {}) =>
  compileWhere(text).evaluate({ ...context, ...more });

describe('compileWhere', () => {
  it.each([
    ['contains(user.spec.traits["team"], "core")', true],
    ['contains(user.spec.traits.team, "nope")', false],
    ['contains("core", "core")', false],
    ['equals(user.spec.traits["team"], set("core", "edge"))', true],
    ['equals(user.spec.traits["team"], "core")', false],
    ['user.spec.traits["team"] != "core"', true],
    ['user.spec.traits["absent"] == ""', true],
    ['resource.metadata.labels["absent"] == ""', true],
    ['has_prefix(resource.metadata.name, "aws-")', true],
    ['has_prefix(user.spec.traits["team"], "c")', false],
    ['all_end_with(user.spec.traits["team"], "ge")', false],
    ['all_end_with("core", "e")', true],
    ['all_equal(set("a", "a"), "a")', true],
    ['is_subset(user.spec.traits["team"], "core", "edge", "x")', true],
    ['is_subset(user.spec.traits["team"], "core")', false],
    ['contains_all(user.spec.traits["team"], set("core"))', true],
    ['contains_all(user.spec.traits["team"], set())', false],
    ['contains_any(user.spec.traits["absent"], set("core"))', false],
    ['contains_any(user.spec.traits["team"], set("x", "edge"))', true],
    ['resource.spec.depth.tag == "x" && 1 == 1', true],
    ['resource.spec.count == "2" || 1 == 2', true],
    ['!(user.metadata.name == "kim")', true],
    ['user.metadata.expires == ""', true],
    ['can_view()', true],
  ])('%s is %s', (text, value) => {
    expect(evaluate(text, { canView: () => true })).toEqual({ value });
  });

  it.each([
    'user',
    'user.nope',
    'user.spec.nope',
    'nosuch(user)',
    'contains(user.spec.traits["a"])',
    'user.metadata.name',
    '"a"',
    'a && b',
    'reviewer.roles == "x"',
    '1 < 2',
    'resource',
    'set("a")',
    '!set("a")',
    'user.spec["traits"] == "a" && nope()',
    'is_subset()',
  ])('refuses %s when it is compiled', (text) => {
    expect(() => compileWhere(text)).toThrowWithCode(RbacError, 'invalid-expression');
  });

  it.each([
    'resource.spec.nope == "x"',
    'resource.nope == "x"',
    'user.metadata.name["x"] == "y"',
    'can_view()',
  ])('fails for %s when it runs', (text) => {
    expect(evaluate(text)).toMatchObject({ error: 'eval' });
  });

  it('turns a failing can_view into a failure', () => {
    const canView = () => {
      throw new Error('database');
    };
    expect(evaluate('can_view()', { canView })).toMatchObject({ error: 'eval' });
  });

  it('knows other names in the scope of reviews', () => {
    const text =
      'contains(reviewer.roles, "lead") && request.reason == "" && review.annotations["a"] == ""';
    const condition = compileWhere(text, { scope: 'review' });
    expect(condition.evaluate({ reviewer: { roles: ['lead'] } })).toEqual({ value: true });
    expect(() => compileWhere('user.metadata.name == "a"', { scope: 'review' })).toThrowWithCode(
      RbacError,
      'invalid-expression',
    );
  });

  it('does not read what an object inherits', () => {
    expect(evaluate('resource.metadata.labels["constructor"] == ""')).toEqual({ value: true });
    expect(evaluate('user.spec.traits["__proto__"] == ""')).toEqual({ value: true });
  });
});

describe('evaluateRule', () => {
  const rule = (verbs: string[], where?: string, resources = ['role']) => ({
    resources,
    verbs,
    where,
  });
  const roles = (...list: ReturnType<typeof rule>[]) =>
    roleSet([role('r', { allow: { rules: list } })], user({ team: ['core'] }));
  const code = (set: ReturnType<typeof roles>, verb = 'read', ignoreConditions = false) =>
    evaluateRule(set, { resource: 'role', verb, ignoreConditions }).code;

  it('is blocked by a broken condition for another verb, not by one for another kind', () => {
    expect(code(roles(rule(['list'], 'broken('), rule(['read'])))).toBe('bad-role');
    expect(code(roles(rule(['list'], 'broken(', ['user']), rule(['read'])))).toBe('granted');
  });

  it('tries rules of the kind before rules for every kind', () => {
    expect(code(roles(rule(['read'], 'broken(', ['*']), rule(['read'])))).toBe('granted');
    expect(code(roles(rule(['*'], 'broken(', ['*'])), 'list')).toBe('bad-role');
  });

  it('tries the more specific of two rules first', () => {
    expect(code(roles(rule(['read']), rule(['read'], 'broken(')))).toBe('bad-role');
  });

  it('answers for menus without conditions', () => {
    const set = roleSet([
      role('r', {
        allow: { rules: [rule(['read'], 'user.metadata.name == "x"')] },
        deny: { rules: [rule(['read'], 'user.metadata.name == "dana"')] },
      }),
    ]);
    expect(code(set)).toBe('explicit-deny');
    expect(code(set, 'read', true)).toBe('granted');
  });

  it('does not take a kind called * for the wildcard only once', () => {
    expect(
      evaluateRule(roles(rule(['read'], undefined, ['*'])), { resource: '*', verb: 'read' }).code,
    ).toBe('granted');
  });
});

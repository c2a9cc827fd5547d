import { describe, expect, it } from 'vitest';
import { evaluatePolicies } from '../../src/iam/evaluate-policy.js';
import { findPolicyProblem, type PolicyDocument } from '../../src/iam/policy-document.js';

type Condition = NonNullable<Extract<PolicyDocument['Statement'], { Effect: string }>['Condition']>;

const decide = (
  Condition: Condition,
  context: Readonly<Record<string, string | readonly string[]>> = {},
) =>
  evaluatePolicies(
    [
      {
        Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a/*', Condition },
      },
    ],
    {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::a/b',
      context: new Map(
        Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]),
      ),
    },
  );

describe('evaluatePolicies', () => {
  const question = { action: 's3:GetObject', resource: 'arn:aws:s3:::a/b', context: new Map() };
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } as const;

  it('denies without a statement, allows with one, and lets a deny win', () => {
    expect(evaluatePolicies([], question)).toBe('implicit-deny');
    expect(evaluatePolicies([{ Statement: allow }], question)).toBe('allow');
    const deny = { ...allow, Effect: 'Deny', Action: ['s3:*'] } as const;
    expect(evaluatePolicies([{ Statement: [allow, deny] }], question)).toBe('explicit-deny');
    expect(evaluatePolicies([{ Statement: deny }, { Statement: allow }], question)).toBe(
      'explicit-deny',
    );
  });

  it('compares actions without case, resources with case, both as a whole', () => {
    const ask = (Action: string, Resource: string) =>
      evaluatePolicies([{ Statement: { Effect: 'Allow', Action, Resource } }], question);
    expect(ask('S3:getobject', '*')).toBe('allow');
    expect(ask('s3:GetObjec?', 'arn:aws:s3:::a/*')).toBe('allow');
    expect(ask('s3:Get', '*')).toBe('implicit-deny');
    expect(ask('s3:*', 'arn:aws:s3:::A/*')).toBe('implicit-deny');
    expect(ask('s3:*', 'arn:aws:s3:::a')).toBe('implicit-deny');
  });

  it('reads a principal only where principals are asked for', () => {
    const Statement = { ...allow, Principal: '*' } as const;
    expect(evaluatePolicies([{ Statement }], question)).toBe('implicit-deny');
    const trust = { ...question, resource: undefined };
    expect(evaluatePolicies([{ Statement }], { ...trust, matchesPrincipal: () => true })).toBe(
      'allow',
    );
    expect(evaluatePolicies([{ Statement }], { ...trust, matchesPrincipal: () => false })).toBe(
      'implicit-deny',
    );
  });

  const TAG = 'iam:ResourceTag/teleport.dev/integration';
  for (const [name, condition, context, expected] of [
    ['equal text', { StringEquals: { [TAG]: 'true' } }, { [TAG]: 'true' }, 'allow'],
    ['other text', { StringEquals: { [TAG]: 'true' } }, { [TAG]: 'True' }, 'implicit-deny'],
    ['a missing key', { StringEquals: { [TAG]: 'true' } }, {}, 'implicit-deny'],
    ['a missing key, IfExists', { StringEqualsIfExists: { [TAG]: 'true' } }, {}, 'allow'],
    ['one of several', { StringEquals: { [TAG]: ['a', 'b'] } }, { [TAG]: 'b' }, 'allow'],
    [
      'all operators',
      { StringEquals: { a: '1' }, StringLike: { b: 'x*' } },
      { a: '1', b: 'y' },
      'implicit-deny',
    ],
    ['a pattern', { StringLike: { a: 'x*z' } }, { a: 'xyz' }, 'allow'],
    ['a star without StringLike', { StringEquals: { a: 'x*' } }, { a: 'xyz' }, 'implicit-deny'],
    ['a negation', { StringNotEquals: { a: 'x' } }, { a: 'y' }, 'allow'],
    ['a negation that hits', { StringNotEquals: { a: ['x', 'y'] } }, { a: 'y' }, 'implicit-deny'],
    ['a negation of a missing key', { StringNotLike: { a: 'x*' } }, {}, 'allow'],
    ['case ignored', { StringEqualsIgnoreCase: { a: 'X' } }, { a: 'x' }, 'allow'],
    ['Null for a missing key', { Null: { a: 'true' } }, {}, 'allow'],
    ['Null for a present key', { Null: { a: 'true' } }, { a: 'x' }, 'implicit-deny'],
    ['any of a set', { 'ForAnyValue:StringEquals': { a: 'x' } }, { a: ['x', 'y'] }, 'allow'],
    [
      'all of a set',
      { 'ForAllValues:StringEquals': { a: 'x' } },
      { a: ['x', 'y'] },
      'implicit-deny',
    ],
    ['all of an empty set', { 'ForAllValues:StringEquals': { a: 'x' } }, {}, 'allow'],
  ] as const) {
    it(`decides a condition on ${name}`, () => {
      expect(decide(condition, context)).toBe(expected);
    });
  }
});

describe('findPolicyProblem', () => {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  it('accepts what the evaluator understands', () => {
    expect(findPolicyProblem({ Version: '2012-10-17', Statement: [statement] })).toBeUndefined();
  });

  it('names what it does not', () => {
    for (const document of [
      undefined,
      [],
      {},
      { Statement: [] },
      { Version: '2008-10-17', Statement: statement },
      { Statement: { ...statement, Effect: 'Maybe' } },
      { Statement: { ...statement, Action: [] } },
      { Statement: { ...statement, NotResource: '*' } },
      { Statement: { ...statement, Resource: 7 } },
      { Statement: { ...statement, Principal: 'everyone' } },
      { Statement: { ...statement, Condition: { IpAddress: { 'aws:SourceIp': '::1' } } } },
      { Statement: { ...statement, Condition: { StringEquals: 'a' } } },
    ]) {
      expect(findPolicyProblem(document)).toEqual(expect.any(String));
    }
  });
});

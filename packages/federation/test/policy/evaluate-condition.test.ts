import { describe, expect, it } from 'vitest';
import { demands, evaluateCondition } from '../../src/policy/evaluate-condition.js';
import type { PolicyCondition, PolicyStatement } from '../../src/policy/index.js';

const statement = (Condition?: PolicyCondition): PolicyStatement => ({
  Effect: 'Allow',
  Condition,
});
const context = (key: string) =>
  new Map([
    ['sts:externalid', ['abc']],
    ['aws:tagkeys', ['a', 'b']],
    ['aws:none', []],
  ]).get(key);
const outcome = (condition?: PolicyCondition) =>
  evaluateCondition(statement(condition), context).outcome;

describe('evaluateCondition', () => {
  it.each<[PolicyCondition, 'met' | 'unmet' | 'open']>([
    [{ StringEquals: { 'STS:ExternalId': 'abc' } }, 'met'],
    [{ StringEquals: { 'sts:ExternalId': ['x', 'abc'] } }, 'met'],
    [{ StringEquals: { 'sts:ExternalId': 'a*' } }, 'unmet'],
    [{ StringEquals: { 'sts:ExternalId': 'ABC' } }, 'unmet'],
    [{ StringEqualsIgnoreCase: { 'sts:ExternalId': 'ABC' } }, 'met'],
    [{ StringLike: { 'sts:ExternalId': 'a*' } }, 'met'],
    [{ StringLike: { 'sts:ExternalId': 'b*' } }, 'unmet'],
    [{ StringNotEquals: { 'sts:ExternalId': 'abc' } }, 'unmet'],
    [{ StringNotEquals: { 'sts:ExternalId': ['x', 'abc'] } }, 'unmet'],
    [{ StringNotEquals: { 'sts:ExternalId': 'x' } }, 'met'],
    [{ StringNotLike: { 'sts:ExternalId': 'a*' } }, 'unmet'],
    [{ StringNotEquals: { 'aws:None': 'x' } }, 'met'],
    [{ StringEquals: { 'aws:None': 'x' } }, 'unmet'],
    [{ StringEqualsIfExists: { 'aws:None': 'x' } }, 'met'],
    [{ StringEqualsIfExists: { 'sts:ExternalId': 'x' } }, 'unmet'],
    [{ Null: { 'aws:None': 'true' } }, 'met'],
    [{ Null: { 'aws:None': false } }, 'unmet'],
    [{ Null: { 'sts:ExternalId': true } }, 'unmet'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['b', 'c'] } }, 'met'],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['b', 'c'] } }, 'unmet'],
    [{ 'ForAllValues:StringEquals': { 'aws:None': 'x' } }, 'met'],
    [{ 'ForAnyValue:StringNotEquals': { 'aws:None': 'x' } }, 'unmet'],
    [{ StringEquals: { 'sts:ExternalId': `$\{aws:username}` } }, 'open'],
    [{ NumericEquals: { 'sts:ExternalId': 1 } }, 'open'],
    [{ StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, 'open'],
    [{ StringEquals: { 'aws:SourceVpc': 'vpc-1', 'sts:ExternalId': 'x' } }, 'unmet'],
    [{ StringEquals: { 'sts:ExternalId': 'abc' }, Bool: { 'aws:SecureTransport': true } }, 'open'],
  ])('takes %j as %s', (condition, expected) => {
    expect(outcome(condition)).toBe(expected);
  });

  it('takes no condition as met and names each open key once', () => {
    expect(outcome()).toBe('met');
    const both = {
      StringEquals: { 'aws:X': 'a' },
      StringLike: { 'aws:X': 'a' },
      Bool: { 'aws:Y': 1 },
    };
    expect(evaluateCondition(statement(both), context).openKeys).toEqual(['aws:X', 'aws:Y']);
  });
});

describe('demands', () => {
  it.each<[PolicyCondition, boolean]>([
    [{ StringEquals: { k: 'v' } }, true],
    [{ StringLike: { K: 'v*' } }, true],
    [{ StringLike: { k: '*' } }, false],
    [{ StringNotEquals: { k: 'v' } }, false],
    [{ StringEqualsIfExists: { k: 'v' } }, false],
    [{ 'ForAllValues:StringEquals': { k: 'v' } }, false],
    [{ Null: { k: 'false' } }, false],
    [{ StringEquals: { other: 'v' } }, false],
  ])('sees in %j a demand: %s', (condition, expected) => {
    expect(demands(statement(condition), (key) => key === 'k')).toBe(expected);
  });
});

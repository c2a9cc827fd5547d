import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AllowRule, explain, matchAllowRules } from '../../src/index.js';

const IDENTITY = {
  account: '111111111111',
  arn: 'arn:aws:sts::111111111111:assumed-role/node/i-1',
  userId: 'AROAEXAMPLEEXAMPLE12:i-1',
  partition: 'aws',
} as const;

/** A rule as it may arrive from elsewhere than TypeScript. */
const anyRule = (value: unknown): AllowRule => JSON.parse(JSON.stringify(value));
const reasonOf = (rule: AllowRule, options = {}) => {
  const decision = matchAllowRules([rule], IDENTITY, options);
  return decision.allowed ? 'allowed' : decision.reasons[0]?.code;
};
const hintOf = (aws_arn: string, identity = IDENTITY) => {
  const decision = matchAllowRules([{ aws_arn }], identity);
  return decision.allowed ? 'allowed' : decision.reasons[0]?.hint;
};

describe('matchAllowRules', () => {
  it.each<[string, AllowRule]>([
    ['no condition', {}],
    ['an unknown condition', anyRule({ aws_account: IDENTITY.account, aws_arm: 'x' })],
    ['a condition of another method', anyRule({ aws_account: IDENTITY.account, aws_regions: [] })],
    ['a number', anyRule({ aws_account: 111111111111 })],
    ['an empty text', { aws_account: '' }],
    ['null', anyRule({ aws_account: IDENTITY.account, aws_arn: null })],
    ['a value that got lost', { aws_account: IDENTITY.account, aws_arn: undefined }],
    ['an inherited condition', Object.create({ aws_account: IDENTITY.account })],
    ['a list instead of a rule', anyRule([])],
    ['null instead of a rule', anyRule(null)],
    ['units without organization', anyRule({ aws_organizational_units: { include: ['*'] } })],
    [
      'no units',
      anyRule({ aws_organization_id: 'o-a', aws_organizational_units: { include: [] } }),
    ],
    [
      'a star among units',
      anyRule({ aws_organization_id: 'o-a', aws_organizational_units: { include: ['*', 'r-a'] } }),
    ],
    [
      'a star in exclude',
      anyRule({
        aws_organization_id: 'o-a',
        aws_organizational_units: { include: ['*'], exclude: ['*'] },
      }),
    ],
    [
      'an unknown member of units',
      anyRule({
        aws_organization_id: 'o-a',
        aws_organizational_units: { include: ['*'], only: [] },
      }),
    ],
  ])('matches nobody with %s', (_, rule) => {
    expect(reasonOf(rule, { organization: { id: 'o-a', units: ['r-a'] } })).toBe('invalid-rule');
  });

  it('tells the first condition that fails', () => {
    const organization = { id: 'o-a', units: ['r-a'] };
    const rule = {
      aws_account: IDENTITY.account,
      aws_arn: IDENTITY.arn,
      aws_organization_id: 'o-a',
      aws_user_id: 'AROAEXAMPLEEXAMPLE12',
    };
    expect(reasonOf(rule, { organization })).toBe('allowed');
    expect(reasonOf({ ...rule, aws_user_id: 'AROAOTHER' }, { organization })).toBe(
      'user-id-mismatch',
    );
    expect(reasonOf({ ...rule, aws_organization_id: 'o-b' }, { organization })).toBe(
      'organization-mismatch',
    );
    expect(reasonOf(rule)).toBe('organization-unavailable');
    expect(reasonOf(rule, { organization: null })).toBe('organization-mismatch');
    expect(reasonOf({ ...rule, aws_arn: 'x' }, { organization })).toBe('arn-mismatch');
    expect(reasonOf({ ...rule, aws_account: 'x' }, { organization })).toBe('account-mismatch');
  });

  it.each<[string, unknown]>([
    ['no units', { id: 'o-a' }],
    ['null for units', { id: 'o-a', units: null }],
    ['a text for units', { id: 'o-a', units: 'ou-b' }],
    ['a number for units', { id: 'o-a', units: 7 }],
    ['a number among units', { id: 'o-a', units: ['r-a', 7] }],
    ['a hole in units', { id: 'o-a', units: Array(2) }],
    ['an empty list of units', { id: 'o-a', units: [] }],
    ['no id', { units: ['r-a'] }],
    ['a text', 'o-a'],
    ['a number', 7],
  ])('does not take %s for an organization without excluded units', (_, organization) => {
    const rule = {
      aws_organization_id: 'o-a',
      aws_organizational_units: { include: ['*'], exclude: ['ou-b'] },
    };
    const known: { organization: never } = { organization: organization as never };
    expect(reasonOf(rule, known)).toBe('organization-unavailable');
    expect(reasonOf({ aws_account: IDENTITY.account }, known)).toBe('allowed');
  });

  it('reads wildcards in the identity as plain text', () => {
    const identity = { ...IDENTITY, arn: 'arn:aws:iam::111111111111:user/*/bob' };
    const decision = matchAllowRules(
      [{ aws_arn: 'arn:aws:iam::111111111111:user/x/bob' }],
      identity,
    );
    expect(decision.allowed).toBe(false);
  });

  it('never throws and admits nobody by rules made at random', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (rules) => {
        const values: AllowRule[] = rules as never;
        expect(matchAllowRules(values, IDENTITY).allowed).toBe(false);
        expect(typeof explain(values, IDENTITY)).toBe('string');
      }),
      { numRuns: 300 },
    );
  });
});

describe('hints', () => {
  it.each([
    ['arn:aws:iam::111111111111:role/node', 'use arn:aws:sts::111111111111:assumed-role/node/*'],
    ['arn:aws:iam::111111111111:role/some/path/node', 'without the path'],
    ['arn:aws:sts::111111111111:assumed-role/some/path/node/*', 'does not report the path'],
    [
      'arn:aws:sts::111111111111:assumed-role/node',
      'use arn:aws:sts::111111111111:assumed-role/node/*',
    ],
    ['arn:aws-cn:sts::111111111111:assumed-role/node/*', 'Only the partition differs'],
    ['arn:aws:sts::111111111111:assumed-role/Node/*', 'case'],
    ['arn:aws:iam::111111111111:role/node/*', 'use arn:aws:sts::111111111111:assumed-role/node/*.'],
    ['arn:aws-us-gov:iam::111111111111:role/node', 'partition differs'],
    [
      'arn:aws-us-gov:iam::111111111111:role/node',
      'use arn:aws:sts::111111111111:assumed-role/node/*',
    ],
    ['arn:aws:iam::111111111111:role/Node', 'case-sensitive'],
    ['arn:aws:iam::111111111111:role/Node', 'assumed-role/Node/*'],
  ])('%s: %s', (pattern, hint) => {
    expect(hintOf(pattern)).toContain(hint);
  });

  it.each([
    'arn:aws:iam::111111111111:role/nodes/*/*',
    'arn:aws:iam::111111111111:role/*',
    'arn:aws:iam::111111111111:role/no?e',
    'arn:aws:sts::111111111111:assumed-role/team/x/*/*',
    'arn:aws:sts::111111111111:assumed-role/team/?ode/*',
  ])('says what is wrong with %s, but does not offer to admit every role', (pattern) => {
    expect(hintOf(pattern)).toMatch(/^STS (reports sessions|does not report)/);
    expect(hintOf(pattern)).not.toContain('use ');
  });

  it.each([
    'arn:aws:iam::111111111111:role/nodes/*',
    'arn:aws:iam::222222222222:role/x/*/*',
    'arn:aws:iam::111111111111:role/other',
    'arn:aws:sts::222222222222:assumed-role/node/*',
    'nonsense',
    `arn:aws:sts::111111111111:${'*a'.repeat(2_000)}`,
  ])('no guess for %.60s', (pattern) => {
    expect(hintOf(pattern)).toBeUndefined();
  });
});

describe('explain', () => {
  it('names the rule that admits', () => {
    expect(explain([{ aws_account: '2' }, { aws_account: '111111111111' }], IDENTITY)).toBe(
      `${IDENTITY.arn} is admitted by rule 1: {"aws_account":"111111111111"}`,
    );
  });

  it('gives a line for each rule that refuses', () => {
    const rules = [
      { aws_account: '222222222222' },
      { aws_arn: 'arn:aws:iam::111111111111:role/node' },
    ];
    expect(explain(rules, IDENTITY).split('\n')).toEqual([
      `${IDENTITY.arn} is not admitted:`,
      '  rule 0: aws_account is another account.',
      expect.stringContaining('  rule 1: aws_arn does not match. STS reports sessions'),
    ]);
  });

  it('says that there are no rules, and escapes what could move a cursor', () => {
    expect(explain([], { ...IDENTITY, arn: 'a\u001b[2J' })).toBe(
      'a\\u{1b}[2J is not admitted: there are no rules',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { matchAllowRules } from '../../src/index.js';
import { errorsOf, findings, withRule } from '../support/findings.js';

const ACCOUNT = '111111111111';
const RESOLVER = { organizationResolver: true };
const arn = (pattern: string) => withRule({ aws_arn: pattern });

describe('parseToken on aws_arn', () => {
  it.each([
    ['arn:aws:sts::111111111111:assumed-role/node/*', []],
    ['arn:aws:sts::111111111111:assumed-role/aws:ec2-instance/i-*', []],
    ['arn:aws:iam::111111111111:root', []],
    ['arn:aws:iam::111111111111:user/ops/*', []],
    ['arn:aws:sts::111111111111:federated-user/bob', []],
    ['arn:aws:sts::111111111111:assumed-role/*', []],
    ['role/x', ['invalid-arn']],
    ['aws:aws:sts::111111111111:x', ['invalid-arn']],
    ['arn:aws:sts::111111111111:assumed-role/a\tb/*', ['invalid-arn']],
    ['arn:aws-x:sts::111111111111:assumed-role/a/*', ['unknown-partition']],
    ['arn:gcp*:sts::111111111111:assumed-role/a/*', ['unknown-partition']],
    ['arn:aws:s3::111111111111:assumed-role/a/*', ['invalid-arn-service']],
    ['arn:aws:sts:?:111111111111:assumed-role/a/*', ['invalid-arn-region']],
    ['arn:aws:sts::11111111111:assumed-role/a/*', ['invalid-arn-account']],
    ['arn:aws:sts:::assumed-role/a/*', ['invalid-arn-account']],
    ['arn:aws:sts::*:assumed-role/a/*', ['unpinned-account']],
    ['arn:aws:sts::11111111111?:assumed-role/a/*', ['unpinned-account']],
  ])('%s: %j', (pattern, codes) => {
    expect(errorsOf(arn(pattern))).toEqual(codes.map((code) => `spec.allow[0].aws_arn ${code}`));
  });

  it('takes a star before the account for pinned, because matching holds the account to it', () => {
    // The path of a user in a foreign account may hold the rest of the pattern.
    const pattern = 'arn:aws*:sts::111111111111:assumed-role/node/*';
    const identity = {
      account: '999999999999',
      arn: 'arn:aws:iam::999999999999:user/x:sts::111111111111:assumed-role/node/i-1',
      userId: 'AIDAEXAMPLEEXAMPLE12',
      partition: 'aws',
    } as const;
    expect(matchAllowRules([{ aws_arn: pattern }], identity)).toMatchObject({
      allowed: false,
      reasons: [{ rule: 0, code: 'arn-mismatch' }],
    });
    expect(findings(arn(pattern))).toEqual({ errors: [], warnings: [] });
  });

  it('finds accounts that contradict each other', () => {
    for (const section of ['222222222222', '2*', '?']) {
      const aws_arn = `arn:aws:sts::${section}:assumed-role/a/*`;
      expect(errorsOf(withRule({ aws_account: ACCOUNT, aws_arn }))).toEqual([
        'spec.allow[0].aws_arn account-conflict',
      ]);
    }
  });

  it.each([
    'arn:aws:iam::111111111111:role/node',
    'arn:aws:iam::111111111111:role/path/*',
    'arn:aws:iam::111111111111:group/x',
    'arn:aws:sts::111111111111:role/node',
    'arn:aws:sts::111111111111:assumed-role/node',
    'arn:aws:sts::111111111111:assumed-role/path/node/*',
    'arn:aws:sts::111111111111:federated-user/a/b',
    'arn:aws:iam::111111111111:user/',
    'arn:aws:iam::111111111111:',
  ])('warns that %s never matches', (pattern) => {
    expect(findings(arn(pattern))).toEqual({
      errors: [],
      warnings: ['spec.allow[0].aws_arn never-matches'],
    });
    expect(errorsOf(arn(pattern), { strict: true })).toEqual([
      'spec.allow[0].aws_arn never-matches',
    ]);
  });

  it.each([
    'arn:aws:sts::111111111111:assumed-role/*-node',
    'arn:aws:sts::111111111111:assumed-role*x',
    'arn:aws:sts::111111111111:*-node',
  ])('warns that a session name satisfies %s', (pattern) => {
    expect(findings(arn(pattern)).warnings).toEqual(['spec.allow[0].aws_arn session-spoofable']);
  });

  it('turns an open account into a warning only on request', () => {
    const open = arn('arn:aws:sts::*:assumed-role/a/*');
    expect(findings(open, { allowUnpinnedAccounts: true })).toEqual({
      errors: [],
      warnings: ['spec.allow[0].aws_arn unpinned-account'],
    });
  });
});

describe('parseToken on organizations and unique ids', () => {
  const units = (include: unknown, exclude?: unknown) =>
    withRule({
      aws_organization_id: 'o-abcdefghij',
      aws_organizational_units: exclude === undefined ? { include } : { include, exclude },
    });
  const at = 'spec.allow[0].aws_organizational_units';

  it.each<[unknown, unknown, string[]]>([
    [['ou-abcd-11111111', 'r-abcd'], ['ou-abcd-22222222'], []],
    [['*'], [], []],
    [[], undefined, [`${at}.include empty`]],
    [undefined, undefined, [`${at}.include required`]],
    ['ou-abcd-11111111', undefined, [`${at}.include not-a-list`]],
    [['*', 'r-abcd'], undefined, [`${at}.include[0] wildcard-not-allowed`]],
    [['*'], ['*'], [`${at}.exclude[0] wildcard-not-allowed`]],
    [['ou-1'], undefined, [`${at}.include[0] invalid-organization`]],
    [[7], undefined, [`${at}.include[0] not-a-string`]],
  ])('units %j without %j: %j', (include, exclude, errors) => {
    expect(errorsOf(units(include, exclude), RESOLVER)).toEqual(errors);
  });

  it('wants a resolver before it looks at the id', () => {
    expect(errorsOf(withRule({ aws_organization_id: 'x' }))).toEqual([
      'spec.allow[0].aws_organization_id organization-resolver-required',
    ]);
  });

  it.each<[object, string[]]>([
    [{ aws_account: ACCOUNT, aws_user_id: 'AROAEXAMPLEEXAMPLE12' }, []],
    [
      {
        aws_arn: 'arn:aws:sts::111111111111:assumed-role/node/*',
        aws_user_id: 'AROAEXAMPLEEXAMPLE12',
      },
      [],
    ],
    [{ aws_user_id: 'AROAEXAMPLEEXAMPLE12' }, ['unpinned-account']],
    [
      { aws_organization_id: 'o-abcdefghij', aws_user_id: 'AROAEXAMPLEEXAMPLE12' },
      ['unpinned-account'],
    ],
    [{ aws_account: ACCOUNT, aws_user_id: 'AROA' }, ['invalid-user-id']],
    [{ aws_account: ACCOUNT, aws_user_id: 'AROAEXAMPLEEXAMPLE12:x' }, ['invalid-user-id']],
  ])('%j: %j', (rule, codes) => {
    expect(errorsOf(withRule(rule), RESOLVER)).toEqual(
      codes.map((code) => `spec.allow[0].aws_user_id ${code}`),
    );
  });
});

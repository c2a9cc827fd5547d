import { describe, expect, it } from 'vitest';
import {
  compileRole,
  evaluateAwsAccess,
  listAwsRoleArns,
  RbacError,
  type RoleExtensions,
} from '../../src/index.js';
import { ACCOUNT, app, arn, NOW, role, roleSet, user } from '../support/make.js';

const all = { '*': '*' };
const set = (
  arns: readonly string[],
  extensions: RoleExtensions,
  traits = {},
  side: 'allow' | 'deny' = 'allow',
) => {
  const granted = {
    app_labels: all,
    aws_role_arns: side === 'allow' ? arns : [arn('Dev'), arn('Ops')],
  };
  const denied = side === 'deny' ? { aws_role_arns: arns } : {};
  return roleSet([role('r', { allow: granted, deny: denied })], user(traits), { extensions });
};
const code = (roles: ReturnType<typeof roleSet>, roleArn: string, labels = {}) =>
  evaluateAwsAccess(roles, { app: app(labels), roleArn, now: NOW }).code;

describe('ARN patterns', () => {
  const on = { arnPatterns: true };

  it('are off by default', () => {
    expect(code(set([arn('*')], {}), arn('Dev'))).toBe('no-allow');
  });

  it('match within one part of an ARN', () => {
    const roles = set(['arn:aws:iam::*:role/dev-*'], on);
    expect(code(roles, arn('dev-a'))).toBe('granted');
    expect(code(roles, arn('dev-a', '444455556666'))).toBe('granted');
    expect(code(roles, arn('dev-a/b'))).toBe('no-allow');
    expect(code(roles, arn('prod'))).toBe('no-allow');
    expect(code(roles, 'arn:aws:iam::1:2:role/dev-a')).toBe('no-allow');
  });

  it('deny as well', () => {
    const roles = set([arn('D*')], on, {}, 'deny');
    expect(code(roles, arn('Dev'))).toBe('explicit-deny');
    expect(code(roles, arn('Ops'))).toBe('granted');
    expect(listAwsRoleArns(roles, app()).map(({ display }) => display)).toEqual(['Ops']);
  });

  it('deny in the name of the first role, by whatever means it denies', () => {
    const spelled = role('spelled', { deny: { aws_role_arns: [arn('Dev')] } });
    const wild = role('wild', { deny: { aws_role_arns: [arn('D*')] } });
    for (const [first, second] of [
      [spelled, wild],
      [wild, spelled],
    ] as const) {
      const roles = roleSet([first, second], user(), { extensions: on });
      const { reasons } = evaluateAwsAccess(roles, { app: app(), roleArn: arn('Dev'), now: NOW });
      expect(reasons.map((reason) => reason.role)).toEqual([first.metadata.name]);
    }
  });

  it('take no wildcard from a trait', () => {
    const roles = set([`arn:aws:iam::*:role/{{external.team}}`], on, { team: ['*', 'core'] });
    expect(code(roles, arn('core'))).toBe('granted');
    expect(code(roles, arn('other'))).toBe('no-allow');
  });
});

describe('several variables', () => {
  const on = { multipleVariables: true };
  const two = 'arn:aws:iam::{{external.account}}:role/{{external.team}}';

  it('are a fault by default and combine on request', () => {
    const traits = { account: [ACCOUNT, '444455556666'], team: ['a', 'b'] };
    expect(code(set([two], {}, traits), arn('a'))).toBe('no-allow');
    const roles = set([two], on, traits);
    for (const name of ['a', 'b']) {
      expect(code(roles, arn(name))).toBe('granted');
      expect(code(roles, arn(name, '444455556666'))).toBe('granted');
    }
    expect(set([two], on, { team: ['a'] }).warnings).toMatchObject([{ code: 'value-dropped' }]);
  });

  it('are bounded', () => {
    const many = Array.from({ length: 40 }, (_, index) => `v${index}`);
    const roles = set(['{{external.m}}-{{external.m}}'], on, { m: many });
    expect(roles.warnings).toMatchObject([{ message: 'It has more than 1000 combinations.' }]);
  });

  it('read the app in ARNs, not in labels', () => {
    const roles = set(['arn:aws:iam::{{app.aws_account_id}}:role/{{app.name}}'], on);
    const labels = { aws_account_id: ACCOUNT };
    expect(code(roles, arn('awsconsole'), labels)).toBe('granted');
    expect(code(roles, arn('awsconsole', '444455556666'), labels)).toBe('no-allow');
    expect(code(roles, arn('awsconsole'))).toBe('no-allow');
    expect(listAwsRoleArns(roles, app(labels)).map(({ display }) => display)).toEqual([
      'awsconsole',
    ]);
    const denied = set([`${arn('')}{{app.name}}`], on, {}, 'deny');
    expect(code(denied, arn('awsconsole'))).toBe('explicit-deny');
    expect(code(denied, arn('Dev'))).toBe('granted');
    const strict = () =>
      compileRole(role('r', { allow: { aws_role_arns: ['{{app.name}}'] } }), {
        strict: true,
        extensions: on,
      });
    expect(strict().name).toBe('r');
    const inLabels = role('r', { allow: { app_labels: { a: '{{app.name}}' } } });
    expect(() => compileRole(inLabels, { strict: true })).toThrowWithCode(
      RbacError,
      'invalid-template',
    );
  });
});

describe('denyAnyLabel', () => {
  const parts = {
    allow: { app_labels: all, aws_role_arns: [arn('A')] },
    deny: { app_labels: { env: 'prod', team: 'x' } },
  };
  const labels = { env: 'prod', team: 'y' };

  it('makes one matching label enough, on request', () => {
    expect(code(roleSet([role('r', parts)]), arn('A'), labels)).toBe('granted');
    const roles = roleSet([role('r', parts)], user(), { extensions: { denyAnyLabel: true } });
    expect(code(roles, arn('A'), labels)).toBe('explicit-deny');
    expect(code(roles, arn('A'), { env: 'dev' })).toBe('granted');
  });
});

describe('literalTraits', () => {
  const on = { extensions: { literalTraits: true } };
  const parts = (labels: Record<string, string>) => ({
    allow: { app_labels: labels, aws_role_arns: [arn('A')] },
  });

  it.each(['*', 'c*', '^.*$'])('makes the trait %s match itself only', (team) => {
    const one = role('r', parts({ team: '{{external.team}}' }));
    const who = user({ team: [team] });
    expect(code(roleSet([one], who), arn('A'), { team: 'core' })).toBe('granted');
    expect(code(roleSet([one], who, on), arn('A'), { team: 'core' })).toBe('no-allow');
    expect(code(roleSet([one], who, on), arn('A'), { team })).toBe('granted');
  });

  it('leaves the patterns of the author alone', () => {
    expect(
      code(roleSet([role('r', parts({ team: 'c*' }))], user(), on), arn('A'), { team: 'core' }),
    ).toBe('granted');
  });

  it('does not let a trait become the universal selector', () => {
    const one = role('r', parts({ '{{external.key}}': '*' }));
    const who = user({ key: ['*'] });
    expect(code(roleSet([one], who), arn('A'))).toBe('granted');
    expect(code(roleSet([one], who, on), arn('A'))).toBe('no-allow');
    expect(code(roleSet([one], who, on), arn('A'), { '*': 'x' })).toBe('granted');
  });
});

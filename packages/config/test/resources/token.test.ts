import { maskTokenName, normalize } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

const token = (spec: string) => `kind: token\nversion: v2\nmetadata: {name: t}\nspec: {${spec}}\n`;

function specOf(spec: string) {
  const { resources, diagnostics } = loadText(token(spec));
  expect(diagnostics).toEqual([]);
  const [resource] = resources;
  if (resource?.kind !== 'token') throw new Error('no token');
  return normalize(resource).spec;
}

describe('token', () => {
  it('gives roles their name, whatever the case', () => {
    expect(specOf('roles: [node, APP, DB, windowsdesktop]').roles).toEqual([
      'Node',
      'App',
      'Db',
      'WindowsDesktop',
    ]);
    expect(specOf('roles: kube').roles).toEqual(['Kube']);
  });

  it('takes ec2 for the method where there are rules, with five minutes for the document', () => {
    expect(specOf('roles: [Node], allow: [{aws_account: 111122223333}]')).toMatchObject({
      join_method: 'ec2',
      aws_iid_ttl: 300,
    });
    expect(
      specOf('roles: [Node], join_method: ec2, aws_iid_ttl: 10m, allow: [{aws_role: x}]')
        .aws_iid_ttl,
    ).toBe(600);
    expect(specOf('roles: [Node]')).not.toHaveProperty('aws_iid_ttl');
  });

  it('keeps an account ID with a leading zero', () => {
    expect(
      specOf('roles: [Node], join_method: iam, allow: [{aws_account: 012345678901}]').allow,
    ).toEqual([{ aws_account: '012345678901' }]);
  });

  it.each([
    ['roles: []', ['4:15 missing-field spec.roles']],
    ['join_method: token', ['4:8 missing-field spec.roles']],
    ['roles: [Nod]', ['4:16 invalid-value spec.roles[0] → Node']],
    ['roles: [Bot]', ['4:8 missing-field spec.bot_name']],
    ['roles: [Node], bot_name: b', ['4:23 field-not-allowed spec.bot_name']],
    ['roles: [Node], join_method: aws', ['4:36 invalid-value spec.join_method']],
    ['roles: [Node], join_method: iam, allow: []', ['4:48 missing-field spec.allow']],
    ['roles: [Node], join_method: ec2', ['4:8 missing-field spec.allow']],
    [
      'roles: [Node], join_method: token, allow: [{aws_account: 111122223333}]',
      ['4:43 field-not-allowed spec.allow'],
    ],
    [
      'roles: [Node], join_method: iam, allow: [{aws_account: 1234}]',
      ['4:63 invalid-value spec.allow[0].aws_account'],
    ],
    [
      'roles: [Node], join_method: iam, allow: [{aws_account: 111122223333, aws_role: x, aws_regions: [y]}]',
      [
        '4:77 field-not-allowed spec.allow[0].aws_role',
        '4:90 field-not-allowed spec.allow[0].aws_regions',
      ],
    ],
    [
      'roles: [Node], join_method: iam, allow: [{aws_user_id: x}]',
      ['4:50 missing-field spec.allow[0].aws_account'],
    ],
    [
      'roles: [Node], join_method: iam, allow: [{}]',
      ['4:49 missing-field spec.allow[0].aws_account'],
    ],
    [
      'roles: [Node], join_method: ec2, allow: [{aws_account: 111122223333, aws_arn: x}]',
      ['4:77 field-not-allowed spec.allow[0].aws_arn'],
    ],
    [
      'roles: [Node], join_method: iam, allow: {aws_account: 111122223333}',
      ['4:48 type-mismatch spec.allow'],
    ],
    [
      'roles: [Node], join_method: ec2, aws_iid_ttl: -5m, allow: [{aws_role: x}]',
      ['4:54 invalid-value spec.aws_iid_ttl'],
    ],
  ])('reports the faults of %s', (spec, faults) => {
    expect(faultsOf(token(spec))).toEqual(faults);
  });

  it('never shows the name of a token in a message', () => {
    const name = 'a-long-secret-token-name';
    const text = `kind: token\nversion: v2\nmetadata: {name: ${name}}\nspec: {roles: [Nod], join_method: tokn, x: y}\n---\nkind: token\nmetadata: {name: ${name}}\nspec: {roles: [App]}\n`;
    const { diagnostics } = loadText(text);
    expect(diagnostics.length).toBeGreaterThan(3);
    expect(JSON.stringify(diagnostics)).not.toContain(name);
  });
});

describe('maskTokenName', () => {
  it.each([
    ['', ''],
    ['short', '*****'],
    ['123456789012345', '***************'],
    ['1234567890123456', '************3456'],
    ['12345678901234567890', '***************67890'],
  ])('shows %j as %j', (name, shown) => {
    expect(maskTokenName(name)).toBe(shown);
  });
});

describe('rules with an empty account', () => {
  const rules = (method: string, rule: string) =>
    faultsOf(
      `kind: token\nmetadata: {name: x}\nspec:\n  roles: App\n  join_method: ${method}\n  allow: [${rule}]\n`,
    );

  it('are blamed once, at the value', () => {
    expect(rules('iam', '{aws_account: ""}')).toEqual([
      '6:25 missing-field spec.allow[0].aws_account',
    ]);
    expect(rules('ec2', '{aws_regions: [x], aws_role: ""}')).toEqual([
      '6:40 missing-field spec.allow[0].aws_role',
    ]);
    expect(rules('iam', '{aws_account: }')).toHaveLength(1);
    expect(rules('iam', '{aws_account: "", aws_arn: "arn:aws:sts::111122223333:*"}')).toEqual([
      '6:25 invalid-value spec.allow[0].aws_account',
    ]);
    expect(rules('iam', '{}')).toEqual([expect.stringContaining('missing-field')]);
  });
});

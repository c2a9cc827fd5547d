import { describe, expect, it } from 'vitest';
import {
  checkIntegrationRole,
  checkTargetRole,
  FederationError,
  type IntegrationRoleQuery,
  type PolicyDocument,
  type PolicyStatement,
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  type RoleReport,
  type TargetRoleQuery,
  tagsIntegration,
  tagsTargetRole,
  trustAccountRoot,
  trustOidcProvider,
  trustRole,
} from '../../src/policy/index.js';

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/ExampleReadOnlyAccess`;
const callerArn = `arn:aws:iam::${accountId}:role/team/TeleportAWSAccess`;
const caller = { accountId, roleName: 'team/TeleportAWSAccess' };
const trust = trustRole(caller).document;

const document = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement,
});
const codes = ({ findings }: RoleReport) => findings.map(({ code }) => code);

describe('checkTargetRole', () => {
  const query: TargetRoleQuery = { roleArn, callerArn, trust };
  const check = (more: Partial<TargetRoleQuery> = {}) => checkTargetRole({ ...query, ...more });

  it('has nothing to say on a role that follows the guide', () => {
    expect(check()).toEqual({ ok: true, findings: [] });
    const integration = check({
      viaIntegration: true,
      tags: tagsTargetRole(),
      callerPolicies: [permissionAssumeTaggedRoles({ accountIds: [accountId] }).document],
    });
    expect(integration).toEqual({ ok: true, findings: [] });
  });

  it('gives a fix that repairs what it found', () => {
    const report = check({ trust: document(), externalId: 'ext-1', usesSessionTags: true });
    expect(codes(report)).toEqual(['trust-missing']);
    const statement: PolicyStatement = JSON.parse(report.findings[0]?.fix?.text ?? '');
    const repaired = document(statement);
    expect(check({ trust: repaired, externalId: 'ext-1', usesSessionTags: true }).ok).toBe(true);
  });

  it.each([
    ['anybody', document({ Effect: 'Allow', Principal: '*', Action: 'sts:*' }), 'error'],
    ['the account', trustAccountRoot({ accountId }).document, 'warning'],
    [
      'the account by its id',
      document({ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }),
      'warning',
    ],
  ])('finds a trust in %s too wide', (_, wide, severity) => {
    expect(check({ trust: wide }).findings).toMatchObject([{ code: 'trust-too-wide', severity }]);
  });

  it('finds a principal of another partition', () => {
    const foreign = trustRole({ ...caller, partition: 'aws-cn' }).document;
    expect(codes(check({ trust: foreign }))).toEqual(['trust-wrong-partition']);
    const report = check({ roleArn: roleArn.replace('arn:aws', 'arn:aws-cn'), trust: foreign });
    expect(codes(report)).toContain('trust-wrong-partition');
  });

  it('finds a Deny, and conditions it cannot judge', () => {
    const deny: PolicyStatement = { Effect: 'Deny', Principal: '*', Action: '*' };
    expect(codes(check({ trust: document(...trust.Statement, deny) }))).toEqual(['trust-denied']);
    const vpc = { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } };
    const statements = trust.Statement.map((statement) => ({ ...statement, ...vpc }));
    const report = check({ trust: document(...statements) });
    expect(report.ok).toBe(true);
    expect(codes(report)).toEqual(['trust-conditional']);
  });

  it.each([
    ['ext-1', undefined, 'external-id-not-sent', false],
    ['ext-1', 'ext-2', 'external-id-mismatch', false],
    [undefined, 'ext-2', 'external-id-not-required', true],
  ] as const)(
    'compares the external id %s of the role with %s of the app',
    (asked, sent, code, ok) => {
      const report = check({
        trust: trustRole({ ...caller, externalId: asked }).document,
        externalId: sent,
      });
      expect(codes(report)).toEqual([code]);
      expect(report.ok).toBe(ok);
    },
  );

  it('takes the external id when one of several statements demands it', () => {
    const both = document(
      ...trustRole({ ...caller, externalId: 'other' }).document.Statement,
      ...trustRole({ ...caller, externalId: 'ext-1' }).document.Statement,
    );
    expect(check({ trust: both, externalId: 'ext-1' })).toEqual({ ok: true, findings: [] });
  });

  it('asks for the actions that tags and source identity need', () => {
    const report = check({ usesSessionTags: true, usesSourceIdentity: true });
    expect(codes(report)).toEqual(['session-tags-not-allowed', 'source-identity-not-allowed']);
    const allowing = trustRole({ ...caller, allowSessionTags: true, allowSourceIdentity: true });
    expect(
      check({ trust: allowing.document, usesSessionTags: true, usesSourceIdentity: true }).ok,
    ).toBe(true);
  });

  it('looks for the tag of the integration', () => {
    const missing = check({ viaIntegration: true });
    expect(missing.findings).toMatchObject([{ code: 'tag-missing', fix: { where: 'role-tags' } }]);
    const owned = tagsIntegration({ cluster: 'c', integration: 'i' });
    expect(codes(check({ viaIntegration: true, tags: owned }))).toEqual(['tag-is-ownership']);
  });

  const allow = (Resource: string, more: Partial<PolicyStatement> = {}) =>
    document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource, ...more });
  const tagCondition = { Condition: { StringEquals: { 'iam:ResourceTag/a': 'b' } } };

  it.each([
    ['nothing', [], ['permission-missing']],
    ['another role', [allow(`${roleArn}2`)], ['permission-missing']],
    ['a pattern', [allow(`arn:aws:iam::${accountId}:role/Example*`)], []],
    ['everything', [allow('*')], ['permission-too-wide']],
    [
      'another partition',
      [allow(roleArn.replace(':aws:', ':aws-cn:'))],
      ['permission-wrong-partition'],
    ],
    ['a tag the role lacks', [allow('*', tagCondition)], ['permission-missing']],
    ['a Deny', [allow(roleArn), allow(roleArn, { Effect: 'Deny' })], ['permission-denied']],
    [
      'a condition out of sight',
      [allow(roleArn, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': true } } })],
      ['permission-conditional'],
    ],
    [
      'all other roles',
      [allow('x', { Resource: undefined, NotResource: 'x' })],
      ['permission-too-wide'],
    ],
    [
      'all but this action',
      [allow(roleArn, { Action: undefined, NotAction: 'sts:*' })],
      ['permission-missing'],
    ],
  ])('judges a permission for %s', (_, callerPolicies, expected) => {
    expect(codes(check({ callerPolicies }))).toEqual(expected);
  });

  it('judges a tag that the role has', () => {
    const tags = [{ Key: 'A', Value: 'b' }];
    expect(check({ tags, callerPolicies: [allow('*', tagCondition)] }).findings).toEqual([]);
  });

  it('refuses what is no role', () => {
    expect(() => check({ callerArn: 'x' })).toThrowWithCode(FederationError, 'malformed-arn');
    expect(() => check({ externalId: 'a b' })).toThrowWithCode(
      FederationError,
      'invalid-external-id',
    );
  });
});

describe('checkIntegrationRole', () => {
  const owner = { cluster: 'cluster-name', integration: 'my-integration' };
  const provider = {
    accountId,
    issuer: 'https://access.example.com',
    audiences: ['discover.teleport'],
  };
  const query: IntegrationRoleQuery = {
    roleArn: `arn:aws:iam::${accountId}:role/iam-role`,
    issuer: 'https://access.example.com',
    audience: 'discover.teleport',
    subjects: ['system:proxy'],
    trust: trustOidcProvider({ ...provider, subjects: ['system:proxy'] }).document,
    policies: [permissionAssumeTaggedRoles().document],
    tags: tagsIntegration(owner),
    owner,
  };
  const check = (more: Partial<IntegrationRoleQuery> = {}) =>
    checkIntegrationRole({ ...query, ...more });

  it('has nothing to say on a role that follows the guide', () => {
    expect(check()).toEqual({ ok: true, findings: [] });
  });

  const plain = trustOidcProvider(provider).document;
  it.each([
    ['no trust', { trust: trustAccountRoot({ accountId }).document }, ['trust-missing']],
    [
      'a provider of another partition',
      { trust: trustOidcProvider({ ...provider, partition: 'aws-cn' }).document },
      ['trust-wrong-partition'],
    ],
    ['no subject', { trust: plain }, ['subject-missing']],
    ['no subject and none wanted', { trust: plain, subjects: undefined }, ['subject-missing']],
    ['another subject', { subjects: ['system:auth'] }, ['subject-missing']],
    ['another audience', { audience: 'other' }, ['audience-mismatch']],
    ['no permission', { policies: [] }, ['permission-missing']],
    [
      'any role',
      { policies: [permissionAssumeRoles({ resources: ['*'] }).document] },
      ['permission-too-wide'],
    ],
    [
      'roles of another partition',
      {
        policies: [
          permissionAssumeTaggedRoles({ accountIds: [accountId], partition: 'aws-cn' }).document,
        ],
      },
      ['permission-wrong-partition'],
    ],
    ['no tags', { tags: [] }, Array.from({ length: 3 }, () => 'ownership-tag-missing')],
  ])('finds %s', (_, more, expected) => {
    expect(codes(check(more))).toEqual(expected);
  });

  it('finds a trust in every client of the provider', () => {
    const open = plain.Statement.map(({ Condition, ...statement }) => statement);
    const report = check({ trust: document(...open) });
    expect(codes(report)).toEqual(['audience-mismatch', 'subject-missing']);
    expect(report.ok).toBe(false);
  });
});

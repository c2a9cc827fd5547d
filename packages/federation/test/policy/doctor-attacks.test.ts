import { describe, expect, it } from 'vitest';
import {
  checkIntegrationRole,
  checkTargetRole,
  FederationError,
  type IntegrationRoleQuery,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyStatement,
  permissionAssumeRoles,
  permissionAssumeTaggedRoles,
  type RoleReport,
  type TargetRoleQuery,
  tagsTargetRole,
  trustOidcProvider,
  trustRole,
} from '../../src/policy/index.js';

/** Roles that look right at first sight and are not, or the other way round. */

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/Target`;
const callerArn = `arn:aws:iam::${accountId}:role/Service`;
const document = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({ Statement });
const found = ({ ok, findings }: RoleReport) => [ok, ...findings.map(({ code }) => code)];

const target = (more: Partial<TargetRoleQuery>) =>
  found(
    checkTargetRole({
      roleArn,
      callerArn,
      trust: trustRole({ accountId, roleName: 'Service' }).document,
      ...more,
    }),
  );

const trusting = (
  AWS: string | readonly string[],
  Condition?: PolicyCondition,
): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action: 'sts:AssumeRole',
  ...(Condition ? { Condition } : {}),
});

describe('the trust policy of a target role', () => {
  const externalId = (operator: string, value: string) => ({
    trust: document(trusting(callerArn, { [operator]: { 'sts:ExternalId': value } })),
  });

  it.each<[string, Partial<TargetRoleQuery>, readonly unknown[]]>([
    ['refuses our id', externalId('StringNotEquals', 'abc'), [false, 'external-id-mismatch']],
    [
      'refuses another id only',
      externalId('StringNotEquals', 'x'),
      [true, 'external-id-not-required'],
    ],
    ['forbids any id', externalId('Null', 'true'), [false, 'external-id-mismatch']],
    ['demands some id', externalId('Null', 'false'), [true, 'external-id-not-required']],
    ['takes ids by a pattern', externalId('StringLike', 'a*'), [true]],
    ['takes every id', externalId('StringLike', '*'), [true, 'external-id-not-required']],
    [
      'demands it when it is sent',
      externalId('StringEqualsIfExists', 'abc'),
      [true, 'external-id-not-required'],
    ],
    [
      'demands it in one of two statements',
      {
        trust: document(
          trusting(callerArn, { StringEquals: { 'sts:ExternalId': 'abc' } }),
          trusting(callerArn),
        ),
      },
      [true, 'external-id-not-required'],
    ],
  ])('that %s', (_, more, expected) => {
    expect(target({ externalId: 'abc', ...more })).toEqual(expected);
  });

  const root = (account: string, partition = 'aws') => `arn:${partition}:iam::${account}:root`;
  const deny = (more: Partial<PolicyStatement>): Partial<TargetRoleQuery> => ({
    trust: document(trusting(callerArn), { ...trusting('*'), Effect: 'Deny', ...more }),
  });

  it.each<[string, Partial<TargetRoleQuery>, readonly unknown[]]>([
    [
      'anyone beside us',
      { trust: document(trusting([callerArn, '*'])) },
      [false, 'trust-too-wide'],
    ],
    [
      'anyone in a statement of its own',
      { trust: document(trusting(callerArn), trusting('*')) },
      [false, 'trust-too-wide'],
    ],
    [
      'anyone but somebody',
      {
        trust: document({
          ...trusting(callerArn),
          Principal: undefined,
          NotPrincipal: { AWS: 'x' },
        }),
      },
      [false, 'trust-too-wide'],
    ],
    [
      'anyone with a condition on the transport',
      { trust: document(trusting('*', { Bool: { 'aws:SecureTransport': true } })) },
      [false, 'trust-too-wide', 'trust-conditional'],
    ],
    [
      'us by a condition',
      { trust: document(trusting('*', { ArnEquals: { 'aws:PrincipalArn': callerArn } })) },
      [true],
    ],
    [
      'an organisation',
      { trust: document(trusting('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })) },
      [true, 'trust-conditional'],
    ],
    [
      'somebody else by a condition',
      { trust: document(trusting('*', { ArnEquals: { 'aws:PrincipalArn': 'x' } })) },
      [false, 'trust-missing'],
    ],
    [
      'our account beside us',
      { trust: document(trusting([callerArn, root(accountId)])) },
      [true, 'trust-too-wide'],
    ],
    [
      'our account, but only us by a condition',
      {
        trust: document(
          trusting(root(accountId), { ArnEquals: { 'aws:PrincipalArn': callerArn } }),
        ),
      },
      [true],
    ],
    [
      'our account in an organisation',
      {
        trust: document(
          trusting(root(accountId), { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }),
        ),
      },
      [true, 'trust-too-wide', 'trust-conditional'],
    ],
    [
      'another account beside us',
      { trust: document(trusting([callerArn, root('999999999999')])) },
      [true, 'trust-too-wide'],
    ],
    [
      'another account by its id',
      { trust: document(trusting([callerArn, '999999999999'])) },
      [true, 'trust-too-wide'],
    ],
    [
      'the account in another partition',
      { trust: document(trusting(root(accountId, 'aws-us-gov'))) },
      [false, 'trust-wrong-partition'],
    ],
    ['another role beside us', { trust: document(trusting([callerArn, `${callerArn}2`])) }, [true]],
    [
      'a Deny that applies',
      deny({ Condition: { StringNotEquals: { 'sts:ExternalId': 'x' } } }),
      [false, 'trust-denied'],
    ],
    [
      'a Deny that may apply',
      deny({ Condition: { Bool: { 'aws:SecureTransport': false } } }),
      [true, 'trust-conditional'],
    ],
    [
      'a Deny for another id',
      deny({ Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }),
      [true],
    ],
    [
      'a Deny for all but us',
      deny({ Principal: undefined, NotPrincipal: { AWS: callerArn } }),
      [true],
    ],
    [
      'a Deny for all but another',
      deny({ Principal: undefined, NotPrincipal: { AWS: 'x' } }),
      [false, 'trust-denied'],
    ],
  ])('with %s', (_, more, expected) => {
    expect(target(more)).toEqual(expected);
  });

  it('takes a single statement as JSON holds it, and refuses what is no document', () => {
    const raw = JSON.parse(JSON.stringify({ Statement: trusting(callerArn) }));
    expect(target({ trust: raw })).toEqual([true]);
    const none = JSON.parse('{"Statement":[{"Effect":"Perhaps"}]}');
    expect(() => target({ trust: none })).toThrowWithCode(FederationError, 'invalid-policy');
    expect(() => target({ callerPolicies: [none] })).toThrowWithCode(
      FederationError,
      'invalid-policy',
    );
  });
});

describe('the permissions of the caller', () => {
  const allow = (Resource: string, Condition?: PolicyCondition): PolicyDocument =>
    document({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource,
      ...(Condition ? { Condition } : {}),
    });
  const tag = (operator: string, value: string) =>
    allow('*', { [operator]: { 'iam:ResourceTag/teleport.dev/integration': value } });
  const denying = (Condition?: PolicyCondition) => [
    allow(roleArn),
    document({
      Effect: 'Deny',
      Action: 'sts:*',
      Resource: '*',
      ...(Condition ? { Condition } : {}),
    }),
  ];

  it.each<[string, readonly PolicyDocument[], readonly unknown[]]>([
    ['all roles of all accounts', [allow('arn:aws:iam::*:role/*')], [true, 'permission-too-wide']],
    [
      'all roles of the account',
      [allow(`arn:aws:iam::${accountId}:role/*`)],
      [true, 'permission-too-wide'],
    ],
    [
      'all roles over TLS',
      [allow('*', { Bool: { 'aws:SecureTransport': true } })],
      [true, 'permission-too-wide', 'permission-conditional'],
    ],
    [
      'all roles in a second statement',
      [allow(roleArn), allow('*')],
      [true, 'permission-too-wide'],
    ],
    [
      'roles without the tag value',
      [tag('StringNotEquals', 'true')],
      [false, 'permission-missing', 'permission-too-wide'],
    ],
    ['roles with the tag', [tag('StringEquals', 'true')], [true]],
    ['roles with the tag by a pattern', [tag('StringLike', 't*')], [true]],
    ['roles with another value', [tag('StringEquals', 'false')], [false, 'permission-missing']],
    ['a Deny', denying(), [false, 'permission-denied']],
    [
      'a Deny for the tag',
      denying({ StringEquals: { 'aws:ResourceTag/teleport.dev/integration': 'true' } }),
      [false, 'permission-denied'],
    ],
    [
      'a Deny for other tags',
      denying({ StringEquals: { 'aws:ResourceTag/teleport.dev/integration': 'x' } }),
      [true],
    ],
    [
      'a Deny that may apply',
      denying({ Bool: { 'aws:SecureTransport': false } }),
      [true, 'permission-conditional'],
    ],
  ])('for %s', (_, callerPolicies, expected) => {
    expect(target({ callerPolicies, tags: tagsTargetRole() })).toEqual(expected);
  });

  it('must cover what sessions carry, as the trust policy must', () => {
    const carrying = { usesSessionTags: true, usesSourceIdentity: true };
    const actions = { allowSessionTags: true, allowSourceIdentity: true };
    const { document: trust } = trustRole({ accountId, roleName: 'Service', ...actions });
    const plain = permissionAssumeRoles({ resources: [roleArn] }).document;
    const built = permissionAssumeRoles({ resources: [roleArn], ...actions }).document;
    expect(target({ trust, ...carrying, callerPolicies: [plain] })).toEqual([
      false,
      'session-tags-not-allowed',
      'source-identity-not-allowed',
    ]);
    expect(target({ trust, ...carrying, callerPolicies: [built] })).toEqual([true]);
    const tagged = permissionAssumeTaggedRoles(actions).document;
    expect(tagged.Statement[0]?.Action).toEqual(built.Statement[0]?.Action);
    const denied = document(...trust.Statement, {
      ...trusting('*'),
      Effect: 'Deny',
      Action: 'sts:TagSession',
    });
    expect(target({ trust: denied, usesSessionTags: true })).toEqual([
      false,
      'session-tags-not-allowed',
    ]);
  });
});

describe('the role of an integration', () => {
  const issuer = 'https://Access.example.com';
  const audience = 'discover.teleport';
  const host = 'access.example.com';
  const own = trustOidcProvider({
    accountId,
    issuer,
    audiences: [audience],
    subjects: ['system:*'],
  });
  const check = (more: Partial<IntegrationRoleQuery>) =>
    found(
      checkIntegrationRole({
        roleArn: `arn:aws:iam::${accountId}:role/integration`,
        issuer,
        audience,
        subjects: ['system:proxy'],
        trust: own.document,
        ...more,
      }),
    );
  const trust = (Condition: PolicyCondition): PolicyDocument =>
    document(...own.document.Statement.map((statement) => ({ ...statement, Condition })));
  const sub = { StringEquals: { [`${host}:aud`]: audience, [`${host}:sub`]: 'system:proxy' } };

  it('agrees with its own builder on wildcard subjects', () => {
    expect(check({})).toEqual([true]);
    expect(check({ subjects: ['system:proxy', 'user:x'] })).toEqual([false, 'subject-missing']);
  });

  it.each<[string, Partial<IntegrationRoleQuery>, readonly unknown[]]>([
    [
      'an audience that is refused',
      { trust: trust({ ...sub, StringNotEquals: { [`${host}:aud`]: audience } }) },
      [false, 'audience-mismatch'],
    ],
    [
      'an audience that is not another',
      {
        trust: trust({
          StringEquals: { [`${host}:sub`]: 'system:proxy' },
          StringNotEquals: { [`${host}:aud`]: 'x' },
        }),
      },
      [false, 'audience-mismatch'],
    ],
    [
      'a second statement without audience',
      {
        trust: document(
          ...trust(sub).Statement,
          ...trust({ StringEquals: { [`${host}:sub`]: 'system:proxy' } }).Statement,
        ),
      },
      [false, 'audience-mismatch'],
    ],
    [
      'a second statement without subject',
      {
        trust: document(
          ...trust(sub).Statement,
          ...trust({ StringEquals: { [`${host}:aud`]: audience } }).Statement,
        ),
      },
      [true, 'subject-missing'],
    ],
    [
      'any subject',
      {
        trust: trust({
          StringLike: { [`${host}:sub`]: '*' },
          StringEquals: { [`${host}:aud`]: audience },
        }),
      },
      [true, 'subject-missing'],
    ],
    [
      'anyone of AWS beside',
      { trust: document(...trust(sub).Statement, trusting('*')) },
      [false, 'trust-too-wide'],
    ],
  ])('with %s', (_, more, expected) => {
    expect(check(more)).toEqual(expected);
  });

  it('takes single statements as JSON holds them', () => {
    const { Statement } = permissionAssumeTaggedRoles().document;
    const policies = [JSON.parse(JSON.stringify({ Statement: Statement[0] }))];
    const raw = JSON.parse(JSON.stringify({ Statement: own.document.Statement[0] }));
    expect(check({ policies, trust: raw })).toEqual([true]);
    const none = JSON.parse('{"Statement":[{"Effect":"Perhaps"}]}');
    const wrong = () => check({ policies: [none] });
    expect(wrong).toThrowWithCode(FederationError, 'invalid-policy');
  });

  const [tagged] = permissionAssumeTaggedRoles().document.Statement;
  const policy = (more: Partial<PolicyStatement>): PolicyDocument =>
    document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*', ...more });
  const value = (text: string) => ({
    Condition: { StringEquals: { 'iam:ResourceTag/teleport.dev/integration': text } },
  });

  it.each<[string, readonly PolicyDocument[], readonly unknown[]]>([
    ['the tag value false', [policy(value('false'))], [false, 'permission-missing']],
    [
      'a Deny of everything',
      [document(tagged ?? { Effect: 'Allow' }), policy({ Effect: 'Deny', Action: 'sts:*' })],
      [false, 'permission-denied'],
    ],
    [
      'a Deny that may apply',
      [
        document(tagged ?? { Effect: 'Allow' }),
        policy({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': false } } }),
      ],
      [true, 'permission-conditional'],
    ],
    [
      'a Deny that may apply to another role',
      [
        policy({ Resource: roleArn }),
        policy({
          Effect: 'Deny',
          Resource: `${roleArn}2`,
          Condition: { Bool: { 'aws:SecureTransport': false } },
        }),
      ],
      [true],
    ],
    [
      'one of two roles that is denied',
      [
        policy({ Resource: [roleArn, `${roleArn}2`] }),
        policy({ Effect: 'Deny', Resource: `${roleArn}2` }),
      ],
      [true],
    ],
    [
      'a Deny of untagged roles',
      [
        document(tagged ?? { Effect: 'Allow' }),
        policy({
          Effect: 'Deny',
          Condition: { StringNotEquals: { 'iam:ResourceTag/teleport.dev/integration': 'true' } },
        }),
      ],
      [true],
    ],
    [
      'all roles of all accounts',
      [policy({ Resource: 'arn:aws:iam::*:role/*' })],
      [true, 'permission-too-wide'],
    ],
    [
      'all roles over TLS',
      [policy({ Condition: { Bool: { 'aws:SecureTransport': true } } })],
      [true, 'permission-too-wide', 'permission-conditional'],
    ],
    [
      'all roles but one',
      [policy({ Resource: undefined, NotResource: 'x' })],
      [true, 'permission-too-wide'],
    ],
    ['a named role', [policy({ Resource: roleArn })], [true]],
    ['any partition', [policy({ Resource: 'arn:*', ...value('true') })], [true]],
  ])('with a permission for %s', (_, policies, expected) => {
    expect(check({ policies })).toEqual(expected);
  });
});

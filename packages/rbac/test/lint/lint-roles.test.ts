import { describe, expect, it } from 'vitest';
import { lintRoles, type Role, type RoleConditions, type RoleExtensions } from '../../src/index.js';
import { arn, role } from '../support/make.js';

const all = { '*': '*' };
const codes = (one: Role) => lintRoles([one]).map(({ code, pointer }) => `${code} ${pointer}`);
const allow = (parts: RoleConditions) => role('r', { allow: { app_labels: all, ...parts } });
const deny = (parts: RoleConditions) => role('r', { deny: parts });

describe('lintRoles', () => {
  it('is silent about roles that do what they say', () => {
    expect(
      codes(
        allow({
          app_labels: { env: ['dev', 'qa*', '^(a|b)$'], team: '{{external.team}}' },
          aws_role_arns: [
            arn('A'),
            '{{external.arns}}',
            `${arn('')}{{email.local(external.email)}}`,
          ],
        }),
      ),
    ).toEqual([]);
    expect(codes(deny({ app_labels: { env: 'prod' } }))).toEqual([]);
    expect(codes(deny({ aws_role_arns: [arn('A')] }))).toEqual([]);
  });

  it.each<[string, Role, string]>([
    [
      'ARNs without labels',
      role('r', { allow: { aws_role_arns: [arn('A')] } }),
      'arns-without-labels /spec/allow/aws_role_arns',
    ],
    [
      'a v3 role for every app',
      role('r', { version: 'v3', allow: { aws_role_arns: [arn('A')] } }),
      'default-allows-all /spec/allow',
    ],
    [
      'a wildcard in an ARN',
      allow({ aws_role_arns: [arn('dev-*')] }),
      'inert-wildcard /spec/allow/aws_role_arns/0',
    ],
    [
      'a regular expression as ARN',
      allow({ aws_role_arns: ['^arn:.*$'] }),
      'inert-wildcard /spec/allow/aws_role_arns/0',
    ],
    ['a denied *', deny({ aws_role_arns: ['*'] }), 'inert-deny /spec/deny/aws_role_arns/0'],
    [
      'a star inside a label name',
      allow({ app_labels: { 'en*': 'x' } }),
      'inert-wildcard /spec/allow/app_labels/en*',
    ],
    [
      'an opening anchor alone',
      allow({ app_labels: { env: '^prod' } }),
      'half-anchored /spec/allow/app_labels/env',
    ],
    [
      'a closing anchor alone',
      allow({ app_labels: { env: ['x', 'prod$'] } }),
      'half-anchored /spec/allow/app_labels/env/1',
    ],
    [
      'an open alternation',
      allow({ app_labels: { env: '^dev|qa$' } }),
      'alternation-anchor /spec/allow/app_labels/env',
    ],
    [
      'a bad pattern',
      allow({ app_labels: { env: '^[$' } }),
      'invalid-pattern /spec/allow/app_labels/env',
    ],
    [
      'a bad pattern in an expression',
      allow({ app_labels_expression: 'regexp.match(labels.a, "^[$")' }),
      'invalid-pattern /spec/allow/app_labels_expression',
    ],
    [
      'a bad pattern in a template',
      allow({ aws_role_arns: ['{{regexp.replace(external.a, "((", "b")}}'] }),
      'invalid-pattern /spec/allow/aws_role_arns/0',
    ],
    [
      'a template that does not parse',
      allow({ aws_role_arns: ['{{a}}{{b}}'] }),
      'template-syntax /spec/allow/aws_role_arns/0',
    ],
    [
      'a label name that does not parse',
      allow({ app_labels: { '{{x': 'y' } }),
      'template-syntax /spec/allow/app_labels/{{x',
    ],
    [
      'an unknown namespace',
      allow({ aws_role_arns: ['{{idp.arns}}'] }),
      'unknown-namespace /spec/allow/aws_role_arns/0',
    ],
    [
      'an internal trait there is not',
      deny({ aws_role_arns: '{{internal.team}}' }),
      'unsupported-internal /spec/deny/aws_role_arns',
    ],
    [
      'a missing colon',
      allow({ aws_role_arns: ['arn:aws:iam:111122223333:role/A'] }),
      'malformed-arn /spec/allow/aws_role_arns/0',
    ],
    [
      'a missing colon before a template',
      allow({ aws_role_arns: ['arn:aws:iam:111122223333:role/{{external.a}}'] }),
      'malformed-arn /spec/allow/aws_role_arns/0',
    ],
    [
      'a short account',
      allow({ aws_role_arns: ['arn:aws:iam::1234567890:role/A'] }),
      'malformed-arn /spec/allow/aws_role_arns/0',
    ],
    [
      'a narrowed star under deny',
      deny({ app_labels: { '*': 'x' } }),
      'inert-deny /spec/deny/app_labels/*',
    ],
    ['a denied empty list', deny({ app_labels: { env: [] } }), 'inert-deny /spec/deny/app_labels'],
    [
      'two denied labels',
      deny({ app_labels: { env: 'prod', team: 'x' } }),
      'deny-all-keys /spec/deny/app_labels',
    ],
    [
      'denied ARNs beside labels',
      deny({ app_labels: { env: 'prod' }, aws_role_arns: [arn('A')] }),
      'deny-arn-everywhere /spec/deny/aws_role_arns',
    ],
    [
      'half an anchor inside an expression',
      allow({ app_labels_expression: 'regexp.match(labels.env, "^prod")' }),
      'half-anchored /spec/allow/app_labels_expression',
    ],
    [
      'a claim with a bad pattern under allow',
      allow({ request: { claims_to_roles: [{ claim: 'a', value: '^[$', roles: ['x'] }] } }),
      'invalid-pattern /spec/allow/request/claims_to_roles/0/value',
    ],
    [
      'a claim with a bad pattern under deny',
      deny({ review_requests: { claims_to_roles: [{ claim: 'a', value: '^[$', roles: [] }] } }),
      'invalid-pattern /spec/deny/review_requests/claims_to_roles/0/value',
    ],
    [
      'a denial for another namespace',
      deny({ namespaces: ['other'], aws_role_arns: [arn('A')] }),
      'inert-namespaces /spec/deny/namespaces',
    ],
    ['a role that does not compile', role('r', { version: 'v1' }), 'invalid-role /version'],
  ])('finds %s', (_, document, wanted) => {
    expect(codes(document)).toContain(wanted);
  });

  it.each<[RoleExtensions, Role]>([
    [{ arnPatterns: true }, allow({ aws_role_arns: [arn('dev-*')] })],
    [{ arnPatterns: true }, deny({ aws_role_arns: [arn('dev-?')] })],
    [{ denyAnyLabel: true }, deny({ app_labels: { env: 'prod', team: 'x' } })],
    [
      { multipleVariables: true },
      allow({ aws_role_arns: ['arn:aws:iam::{{app.aws_account_id}}:role/{{external.team}}'] }),
    ],
  ])('finds nothing wrong with what the extension %o makes work', (extensions, document) => {
    expect(codes(document)).not.toEqual([]);
    expect(lintRoles([document], { extensions })).toEqual([]);
  });

  it('offers what to write instead', () => {
    const [finding] = lintRoles([allow({ app_labels: { env: '^dev|qa$' } })]);
    expect(finding).toMatchObject({ role: 'r', hint: '^(dev|qa)$', severity: 'warning' });
    const typo = lintRoles([
      allow({ aws_role_arns: ['arn:aws:iam:111122223333:role/{{external.a}}'] }),
    ]);
    expect(typo[0]?.hint).toBe('arn:aws:iam::111122223333:role/{{external.a}}');
  });
});

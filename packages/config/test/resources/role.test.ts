import { normalize } from '@postern/config';
import { describe, expect, it } from 'vitest';
import { faultsOf, loadText } from '../support/load.js';

const role = (spec: string, version = 'v7') =>
  `kind: role\nversion: ${version}\nmetadata: {name: a}\nspec:\n${spec}`;

function viewOf(text: string) {
  const { resources, diagnostics } = loadText(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [resource] = resources;
  if (resource?.kind !== 'role') throw new Error('no role');
  return normalize(resource);
}

describe('role', () => {
  it('fills the defaults of v4 and later', () => {
    expect(viewOf('kind: role\nversion: v8\nmetadata: {name: a}\n')).toEqual({
      kind: 'role',
      version: 'v8',
      metadata: { name: 'a', labels: {} },
      spec: {
        options: { max_session_ttl: 108_000, lock: '', require_session_mfa: false },
        allow: { app_labels: {}, app_labels_expression: '', aws_role_arns: [], rules: [] },
        deny: { app_labels: {}, app_labels_expression: '', aws_role_arns: [], rules: [] },
      },
    });
  });

  it('lets v3 into every app when labels are absent, and says so', () => {
    const text = role('  allow: {logins: root}\n', 'v3');
    expect(viewOf(text).spec.allow.app_labels).toEqual({ '*': ['*'] });
    expect(faultsOf(text)).toEqual(['2:10 deprecated-field version → spec.allow.app_labels']);
    const labelled = role('  allow: {app_labels: {a: b}}\n', 'v3');
    expect(viewOf(labelled).spec.allow.app_labels).toEqual({ a: ['b'] });
    expect(faultsOf(labelled)).toEqual([]);
  });

  it.each([
    ['8h30m', 30_600],
    ['never', 108_000],
    ['0', 108_000],
    ['-1h', 108_000],
    ['2d', 172_800],
  ])('reads a session limit of %s as %d seconds', (ttl, seconds) => {
    expect(
      viewOf(role(`  options: {max_session_ttl: ${ttl}}\n`)).spec.options.max_session_ttl,
    ).toBe(seconds);
  });

  it.each([
    ['yes', true],
    ['"off"', false],
    ['hardware_key_touch', 'hardware_key_touch'],
  ])('reads require_session_mfa: %s', (text, value) => {
    const view = viewOf(role(`  options: {require_session_mfa: ${text}}\n`));
    expect(view.spec.options.require_session_mfa).toBe(value);
  });

  it('keeps what has no meaning for AWS access', () => {
    const spec =
      '  options: {forward_agent: yes, record_session: {desktop: true}, idp: ~, max_connections: 3, client_idle_timeout: 010}\n' +
      '  allow:\n    node_labels: {a: b}\n    kubernetes_resources: [{kind: pod}]\n    db_users: [x]\n    cluster_labels_expression: "true"\n    spiffe: [{path: /x}]\n';
    const view = viewOf(role(spec));
    expect(view.spec.options).toMatchObject({
      forward_agent: 'yes',
      record_session: { desktop: true },
      max_connections: 3,
      client_idle_timeout: '010',
    });
    expect(JSON.parse(JSON.stringify(view.spec.allow))).toMatchObject({
      node_labels: { a: 'b' },
      kubernetes_resources: [{ kind: 'pod' }],
      db_users: ['x'],
      cluster_labels_expression: 'true',
      spiffe: [{ path: '/x' }],
    });
  });

  it.each([
    [
      'an unknown option',
      '  options: {max_sesion_ttl: 1h}\n',
      ['5:13 unknown-field spec.options.max_sesion_ttl → max_session_ttl'],
    ],
    ['an empty locking mode, which is the default', "  options: {lock: ''}\n", []],
    [
      'an unknown locking mode',
      '  options: {lock: best-effort}\n',
      ['5:19 invalid-value spec.options.lock → best_effort'],
    ],
    [
      'a negative limit',
      '  options: {max_session_ttl: -1h}\n',
      ['5:30 ttl-ignored spec.options.max_session_ttl'],
    ],
    [
      'a rule without verbs',
      '  allow: {rules: [{resources: [role], verbs: []}]}\n',
      ['5:46 missing-field spec.allow.rules[0].verbs'],
    ],
    [
      'a rule without resources',
      '  deny: {rules: [{verbs: [read]}]}\n',
      ['5:19 missing-field spec.deny.rules[0].resources'],
    ],
    ['a null rule', '  allow: {rules: [~]}\n', ['5:19 type-mismatch spec.allow.rules[0]']],
    [
      'a null ARN',
      '  allow: {aws_role_arns: [~]}\n',
      ['5:27 type-mismatch spec.allow.aws_role_arns[0]'],
    ],
    [
      'a map for ARNs',
      '  allow: {aws_role_arns: {a: b}}\n',
      ['5:26 type-mismatch spec.allow.aws_role_arns'],
    ],
    [
      'a star in one text',
      "  allow: {aws_role_arns: '*'}\n",
      ['5:26 wildcard-not-allowed spec.allow.aws_role_arns'],
    ],
    [
      'a star label with more values',
      "  allow: {app_labels: {'*': ['*', prod]}}\n",
      ['5:29 wildcard-not-allowed spec.allow.app_labels["*"]'],
    ],
    [
      'an unknown template',
      "  allow: {aws_role_arns: ['{{extrenal.arns}}']}\n",
      ['5:27 unknown-template spec.allow.aws_role_arns[0]'],
    ],
    [
      'half a template',
      "  allow: {logins: ['{{external.team']}\n",
      ['5:20 unknown-template spec.allow.logins[0]'],
    ],
    [
      'an account ID of ten digits',
      '  allow: {app_labels: {aws_account_id: 1234567890}}\n',
      ['5:40 account-id-format spec.allow.app_labels.aws_account_id'],
    ],
    [
      'a fraction of approvals',
      '  allow: {request: {thresholds: [{approve: 1.5}]}}\n',
      ['5:44 invalid-value spec.allow.request.thresholds[0].approve'],
    ],
  ])('reports %s', (_, spec, faults) => {
    expect(faultsOf(role(spec))).toEqual(faults);
  });

  it.each([
    "'*'",
    "'arn:aws:iam::111122223333:role/{{external.team}}'",
    "'arn:{{external.partition}}:iam::111122223333:role/x'",
    "'arn:aws:iam::{{external.account}}:role/x'",
    "'{{external.arns}}'",
    '\'{{external["aws role"]}}\'',
    '\'{{regexp.replace(external.email, "a", "b")}}\'',
  ])('says nothing of %s on the deny side', (arn) => {
    expect(faultsOf(role(`  deny: {app_labels: {'*': x}, aws_role_arns: [${arn}]}\n`))).toEqual([]);
  });

  it.each([
    [
      'arn:aws:iam:111122223333:role/{{external.x}}',
      '→ arn:aws:iam::111122223333:role/{{external.x}}',
    ],
    ['arn:aws:s3:::{{external.x}}', ''],
    ['arn:aws-mars:iam::111122223333:role/{{external.x}}', ''],
    ['arn:aws:iam::111122223333:user/{{external.x}}', ''],
    ['arn:aws:iam:us-east-1:111122223333:role/a', ''],
    ['arn:aws:iam::111122223333:role/*', ''],
    ['arn:aws:iam:111122223333:role/a', '→ arn:aws:iam::111122223333:role/a'],
  ])('warns of %s', (arn, hint) => {
    const fault = ['5:27 malformed-arn spec.allow.aws_role_arns[0]', hint]
      .filter(Boolean)
      .join(' ');
    expect(faultsOf(role(`  allow: {aws_role_arns: ['${arn}']}\n`))).toEqual([fault]);
  });
});

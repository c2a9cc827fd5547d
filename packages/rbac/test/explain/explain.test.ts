import { describe, expect, it } from 'vitest';
import {
  compileRole,
  describeDecision,
  diffRoleSets,
  evaluateAwsAccess,
  evaluateRule,
  explainDecision,
  listAwsRoleStatuses,
  whichRolesGrant,
  whoCanAssume,
} from '../../src/index.js';
import { app, arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const READ = arn('ReadOnly');
const ask = (roles: ReturnType<typeof roleSet>, labels = {}) =>
  evaluateAwsAccess(roles, { app: app(labels), roleArn: READ, now: NOW });

describe('describeDecision', () => {
  const roles = roleSet([
    role('labels', {
      allow: { app_labels: { env: ['dev', 'qa*'], team: '*' }, aws_role_arns: [READ] },
    }),
    role('absent', { allow: { app_labels: { tier: '*' }, aws_role_arns: [READ] } }),
    role('none', { allow: { aws_role_arns: [READ] } }),
    role('expression', {
      allow: { app_labels_expression: 'labels["env"] == "dev"', aws_role_arns: [READ] },
    }),
    role('arn', {
      allow: { app_labels: { '*': '*' }, aws_role_arns: [arn('Other'), '{{external.arns}}'] },
    }),
  ]);
  const explanation = describeDecision(ask(roles, { env: 'prod', team: 'x' }));

  it('names for every role the first condition that fails, the value seen and the one wanted', () => {
    expect(explanation).toMatchObject({
      code: 'no-allow',
      user: 'dana',
      app: 'awsconsole',
      roleArn: READ,
      labels: { env: 'prod', team: 'x' },
      roles: [
        {
          role: 'labels',
          outcome: 'lacks',
          condition: 'app-labels',
          label: 'env',
          seen: 'prod',
          wanted: ['dev', 'qa*'],
        },
        {
          role: 'absent',
          outcome: 'lacks',
          condition: 'app-labels',
          label: 'tier',
          seen: undefined,
        },
        { role: 'none', outcome: 'lacks', condition: 'app-labels', wanted: [] },
        { role: 'expression', outcome: 'lacks', condition: 'app-labels-expression' },
        {
          role: 'arn',
          outcome: 'lacks',
          condition: 'aws-role-arns',
          seen: READ,
          wanted: [arn('Other')],
        },
      ],
    });
    expect(explanation.roles).toHaveLength(5);
  });

  it('names the values that were lost and why', () => {
    expect(explanation.roles.at(-1)?.lost).toMatchObject([
      {
        code: 'value-dropped',
        side: 'allow',
        pointer: '/spec/allow/aws_role_arns/1',
        text: '{{external.arns}}',
        message: 'The user has no trait "arns".',
      },
    ]);
    const text = explainDecision(ask(roles, { env: 'prod', team: 'x' }));
    expect(text).toContain('deny (no-allow): user "dana", app "awsconsole"');
    expect(text).toContain('env must be "dev" or "qa*", but the app has "prod"');
    expect(text).toContain(
      'dropped /spec/allow/aws_role_arns/1 "{{external.arns}}": The user has no trait "arns".',
    );
  });

  it('tells denials, grants, later grants and broken roles apart', () => {
    const outcomes = (list: Parameters<typeof roleSet>[0], labels = {}) =>
      describeDecision(ask(roleSet(list), labels)).roles.map(
        ({ outcome, condition }) => `${outcome} ${condition}`,
      );
    expect(
      outcomes(
        [
          granting('yes', [READ]),
          granting('mfa', [READ], { require_session_mfa: true }),
          role('d1', { deny: { app_labels: { env: 'x' } } }),
          role('d2', { deny: { app_labels_expression: 'labels.env == "x"' } }),
          role('d3', { deny: { aws_role_arns: [READ] } }),
          role('b1', { deny: { app_labels: { env: '^[$' } } }),
          role('b2', { deny: { app_labels_expression: 'labels' } }),
          role('b3', { allow: { app_labels: { env: '^[$' } } }),
          role('b4', { allow: { app_labels_expression: 'labels' } }),
        ],
        { env: 'x' },
      ),
    ).toEqual([
      'grants granted',
      'grants-later session-mfa',
      'denies app-labels',
      'denies app-labels-expression',
      'denies aws-role-arns',
      'broken app-labels',
      'broken app-labels-expression',
      'broken app-labels',
      'broken app-labels-expression',
    ]);
  });

  it('speaks for the labels at the time of the decision', () => {
    const labels = { env: 'prod' };
    const decision = evaluateAwsAccess(roles, { app: app(labels), roleArn: READ, now: NOW });
    labels.env = 'dev';
    expect(describeDecision(decision).labels).toEqual({ env: 'prod' });
  });

  it('explains copies by their reasons alone, and knows who holds no role', () => {
    const decision = ask(roles);
    expect(describeDecision({ ...decision })).toEqual({
      decision: 'deny',
      code: 'no-allow',
      reasons: [],
      roles: [],
    });
    expect(explainDecision({ ...decision })).toContain('this is a copy of the decision');
    const rule = evaluateRule(roles, { resource: 'app', verb: 'read' });
    expect(explainDecision(rule)).toContain('allows "read" on "app"');
    expect(explainDecision(ask(roleSet([])))).toContain('The user holds no role.');
  });
});

describe('what-if', () => {
  const admin = compileRole(granting('admin', [arn('Admin')]));

  it('finds the roles that would grant, and the people who can', () => {
    const query = { user: user(), app: app(), roleArn: arn('Admin') };
    expect(whichRolesGrant([admin, compileRole(role('other'))], query)).toEqual([admin]);
    const sets = [
      roleSet(
        [granting('r1', [READ]), granting('r2', [READ], { require_session_mfa: true })],
        user({}, 'ann'),
      ),
      roleSet([granting('r3', [READ], { device_trust_mode: 'required' })], user({}, 'bob')),
      roleSet([granting('r4', [arn('X')])], user({}, 'cy')),
    ];
    expect(whoCanAssume(sets, app(), READ)).toMatchObject([
      { user: 'ann', roles: ['r1', 'r2'], needsMfa: true, needsDevice: false },
      { user: 'bob', roles: ['r3'], needsMfa: false, needsDevice: true },
    ]);
  });

  it('shows what a change gives and takes', () => {
    const before = roleSet([granting('old', [READ], { max_session_ttl: '1h' })]);
    const after = roleSet([granting('new', [arn('Admin')], { require_session_mfa: true })]);
    expect(diffRoleSets(before, after, [app()])).toMatchObject({
      addedRoles: ['new'],
      removedRoles: ['old'],
      apps: [{ app: 'awsconsole', gained: [{ arn: arn('Admin') }], lost: [{ arn: READ }] }],
      maxSessionTtlMs: { before: 3_600_000, after: 30 * 3_600_000 },
      sessionMfa: { before: false, after: true },
    });
    expect(diffRoleSets(before, before, [app()]).apps).toEqual([]);
  });

  it('lists AWS roles with what it takes to use them', () => {
    const roles = roleSet([
      granting('plain', [arn('A'), arn('Denied')]),
      granting('mfa', [arn('B')], { require_session_mfa: true }),
      granting('device', [arn('C')], { device_trust_mode: 'required' }),
      role('no', { deny: { aws_role_arns: [arn('Denied')] } }),
      role('asker', { allow: { request: { roles: ['admin'] } } }),
    ]);
    const found = listAwsRoleStatuses(roles, app(), {
      state: { enableDeviceVerification: true },
      catalogue: [admin, compileRole(granting('hidden', [arn('Hidden')]))],
    });
    expect(
      found.map(({ display, status, requestable }) => [display, status, ...requestable]),
    ).toEqual([
      ['A', 'usable'],
      ['Admin', 'needs-request', 'admin'],
      ['B', 'needs-mfa'],
      ['C', 'needs-device'],
      ['Denied', 'denied'],
    ]);
    const cluster = listAwsRoleStatuses(roles, app(), {
      state: { enableDeviceVerification: true, clusterRequireMfa: true },
      catalogue: [admin],
    });
    expect(cluster.map(({ display, status }) => [display, status])).toEqual([
      ['A', 'needs-mfa'],
      ['Admin', 'needs-request'],
      ['B', 'needs-mfa'],
      ['C', 'needs-mfa'],
      ['Denied', 'denied'],
    ]);
  });
});

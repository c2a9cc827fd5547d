import { describe, expect, it } from 'vitest';
import {
  type AwsAccessQuery,
  compileRole,
  createAccessRequest,
  describeDecision,
  evaluateAwsAccess,
  evaluateRule,
  mapConnectorClaims,
  RbacError,
  type RoleConditions,
  reviewAccessRequest,
  whichRolesGrant,
  whoCanAssume,
} from '../../src/index.js';
import { app, arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const READ = arn('ReadOnly');

describe('a question without an ARN, from a caller without types', () => {
  const query = { app: app(), now: NOW } as AwsAccessQuery;
  const reader = granting('r', [READ]);

  it.each([undefined, null, 7])('is no question about the app alone (%s)', (roleArn) => {
    const asked: AwsAccessQuery = { ...query, roleArn: roleArn as never };
    expect(evaluateAwsAccess(roleSet([reader]), asked).code).toBe('no-allow');
    expect(whoCanAssume([roleSet([reader])], app(), asked.roleArn)).toEqual([]);
    expect(whichRolesGrant([compileRole(reader)], { ...asked, user: user() })).toEqual([]);
  });
});

describe('strict roles', () => {
  const strict = { strict: true };

  it('deny configuration objects as well when a denial was lost', () => {
    const rules = [{ resources: ['*'], verbs: ['*'] }];
    const lossy = role('r', { allow: { rules }, deny: { aws_role_arns: ['{{external.x}}'] } });
    const question = { resource: 'role', verb: 'read' };
    expect(evaluateRule(roleSet([lossy]), question).code).toBe('granted');
    expect(evaluateRule(roleSet([lossy], user(), strict), question)).toMatchObject({
      code: 'bad-role',
      reasons: [{ role: 'r', condition: 'substitution' }],
    });
  });

  it('deny an app that lacks what a denied ARN reads of it', () => {
    const parts = {
      allow: { app_labels: { '*': '*' }, aws_role_arns: [READ] },
      deny: { aws_role_arns: ['arn:aws:iam::{{app.aws_account_id}}:role/ReadOnly'] },
    };
    const options = { extensions: { multipleVariables: true } };
    const ask = (labels: Record<string, string>, more = {}) =>
      evaluateAwsAccess(roleSet([role('r', parts)], user(), { ...options, ...more }), {
        app: app(labels),
        roleArn: READ,
        now: NOW,
      });
    expect(ask({}).code).toBe('granted');
    expect(describeDecision(ask({})).roles[0]?.lost).toMatchObject([
      { side: 'deny', message: 'The app has no label "aws_account_id".' },
    ]);
    expect(ask({}, strict).code).toBe('bad-role');
    expect(ask({ aws_account_id: '444455556666' }, strict).code).toBe('granted');
    expect(ask({ aws_account_id: '111122223333' }, strict).code).toBe('explicit-deny');
  });

  it.each(['request', 'review_requests'] as const)('refuse bad patterns in %s', (field) => {
    const claims_to_roles = [{ claim: 'team', value: '^[$', roles: ['x'] }];
    const bad = role('r', { deny: { [field]: { claims_to_roles } } as RoleConditions });
    expect(compileRole(bad).warnings).toEqual([]);
    expect(() => compileRole(bad, strict)).toThrowWithCode(RbacError, 'invalid-pattern');
    expect(() => compileRole(bad, strict)).toThrow(
      expect.objectContaining({ pointer: `/spec/deny/${field}/claims_to_roles/0/value` }),
    );
  });
});

describe('variables of the app', () => {
  const options = { extensions: { multipleVariables: true } };

  it.each([
    '{{regexp.replace(app.arn, "x", "x")}}',
    '{{email.local(app.arn)}}',
    '{{(app.arn)}}',
    'a{{external.team}}{{regexp.replace(app.arn, "x", "x")}}',
  ])('never read a trait of that name: %s', (text) => {
    const roles = roleSet([granting('r', [text])], user({ arn: ['x@y'], team: ['t'] }), options);
    expect(roles.warnings).toMatchObject([{ code: 'value-dropped', text }]);
    for (const roleArn of ['x@y', 'x', 'atx@y']) {
      expect(evaluateAwsAccess(roles, { app: app(), roleArn, now: NOW }).code).toBe('no-allow');
    }
    const strict = { ...options, strict: true };
    expect(() => compileRole(granting('r', [text]), strict)).toThrowWithCode(
      RbacError,
      'invalid-template',
    );
  });

  it('do not read a trait in labels either', () => {
    const one = role('r', {
      allow: { app_labels: { env: '{{app.env}}' }, aws_role_arns: [READ] },
    });
    const roles = roleSet([one], user({ env: ['*'] }), options);
    const asked = { app: app({ env: 'prod' }), roleArn: READ, now: NOW };
    expect(evaluateAwsAccess(roles, asked).code).toBe('no-allow');
  });
});

describe('values no document would have', () => {
  const roles = roleSet([role('asker', { allow: { request: { roles: ['admin'] } } })]);
  const catalogue = [compileRole(role('admin'))];
  const query = { name: 'r1', roles: ['admin'], catalogue, now: NOW };

  it.each([
    { now: new Date(Number.NaN) },
    { pendingMs: Number.POSITIVE_INFINITY },
    { pendingMs: Number.NaN },
  ])('make no request: %o', (more) => {
    expect(createAccessRequest(roles, { ...query, ...more })).toMatchObject({
      error: 'invalid-time',
    });
  });

  it('make no review', () => {
    const request = { metadata: { name: 'r1' }, spec: { user: 'kim', roles: ['admin'] } };
    const now = new Date(Number.NaN);
    expect(reviewAccessRequest(request, roles, { state: 'APPROVED', now })).toMatchObject({
      error: 'invalid-time',
    });
  });

  it('skip a mapping', () => {
    const mappings: object[] = [
      { claim: 'g', roles: ['r'] },
      { claim: 'g', value: '*', roles: 7 },
    ];
    const connector = { kind: 'oidc', spec: { claims_to_roles: mappings } } as const;
    const { roles: mapped, warnings } = mapConnectorClaims(connector as never, { g: 'x' });
    expect(mapped).toEqual([]);
    expect(warnings).toMatchObject([{ code: 'invalid-pattern' }]);
  });
});

describe('the user of the role set', () => {
  it('is locked, whoever the identity says it is', () => {
    const identity = { user: 'somebody', roles: [] };
    const ask = (target: object) =>
      evaluateAwsAccess(roleSet([granting('r', [READ])]), {
        app: app(),
        roleArn: READ,
        now: NOW,
        locks: { locks: [{ metadata: { name: 'l' }, spec: { target } }], identity },
      }).code;
    expect(ask({ user: 'dana' })).toBe('locked');
    expect(ask({ user: 'somebody' })).toBe('locked');
    expect(ask({ role: 'r' })).toBe('locked');
    expect(ask({ role: 'default-implicit-role' })).toBe('granted');
    expect(ask({ user: 'kim' })).toBe('granted');
  });
});

describe('the built-in role', () => {
  it('is known by what it is, not by its name', () => {
    const roles = roleSet([granting('default-implicit-role', [READ])]);
    expect(roles.roles).toEqual(['default-implicit-role']);
    const decision = evaluateAwsAccess(roles, { app: app(), roleArn: READ, now: NOW });
    expect(describeDecision(decision).roles).toHaveLength(1);
  });

  it('is hidden from conditions of reviews', () => {
    const where = 'contains(reviewer.roles, "default-implicit-role")';
    const reviewer = roleSet([role('v', { allow: { review_requests: { roles: ['*'], where } } })]);
    const request = { metadata: { name: 'r1' }, spec: { user: 'kim', roles: ['admin'] } };
    const review = { state: 'APPROVED', now: NOW } as const;
    expect(reviewAccessRequest(request, reviewer, review)).toMatchObject({ error: 'not-allowed' });
  });
});

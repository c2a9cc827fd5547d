import { describe, expect, it } from 'vitest';
import {
  type AccessState,
  compileRole,
  createRoleSet,
  evaluateAppAccess,
  evaluateAwsAccess,
  type RoleSet,
} from '../../src/index.js';
import { app, arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const READ = arn('ReadOnly');
const brokenExpression = role('broken', {
  allow: {
    app_labels_expression: 'email.local(user.spec.traits["email"]) ==',
    aws_role_arns: [READ],
  },
});
const ask = (roles: RoleSet, state?: AccessState, labels = {}) =>
  evaluateAwsAccess(roles, { app: app(labels), roleArn: READ, now: NOW, state });

describe('evaluateAwsAccess', () => {
  it('lets an error after a grant do no harm, and one before it deny', () => {
    const good = granting('good', [READ]);
    expect(ask(roleSet([good, brokenExpression])).code).toBe('granted');
    expect(ask(roleSet([brokenExpression, good]))).toMatchObject({
      code: 'bad-role',
      reasons: [{ role: 'broken', condition: 'app-labels-expression' }],
    });
  });

  it('meets the error after a grant when MFA is open', () => {
    const mfa = granting('mfa', [arn('Other')], { require_session_mfa: true });
    const roles = roleSet([granting('good', [READ]), brokenExpression, mfa]);
    expect(ask(roles).code).toBe('bad-role');
    expect(ask(roles, { mfaVerified: true }).code).toBe('granted');
  });

  it('asks for MFA only when a granting role does', () => {
    const other = granting('other', [arn('Other')], { require_session_mfa: true });
    expect(ask(roleSet([granting('good', [READ]), other])).code).toBe('granted');
  });

  it('refuses for cluster MFA before, and for the MFA of a role after the denials', () => {
    const denial = role('no', { deny: { aws_role_arns: [READ] } });
    const mfa = granting('mfa', [READ], { require_session_mfa: true });
    expect(ask(roleSet([mfa, denial])).code).toBe('explicit-deny');
    expect(ask(roleSet([mfa, denial]), { clusterRequireMfa: true }).code).toBe('mfa-required');
    expect(ask(roleSet([mfa, denial]), { clusterRequireMfa: true, mfaVerified: true }).code).toBe(
      'explicit-deny',
    );
  });

  it('counts MFA as asked for always when every role asks and the built-in one is left out', () => {
    const denial = role('no', {
      deny: { aws_role_arns: [READ] },
      options: { require_session_mfa: true },
    });
    const mfa = granting('mfa', [READ], { require_session_mfa: true });
    expect(ask(roleSet([mfa, denial], user(), { implicitRole: false })).code).toBe('mfa-required');
  });

  it('lets MFA speak before the device of one role, and the order of roles decide between two', () => {
    const device = granting('device', [READ], { device_trust_mode: 'required' });
    const mfa = granting('mfa', [READ], { require_session_mfa: true });
    const open = { enableDeviceVerification: true };
    const both = granting('both', [READ], {
      device_trust_mode: 'required',
      require_session_mfa: true,
    });
    expect(ask(roleSet([device, mfa]), open).code).toBe('device-required');
    expect(ask(roleSet([mfa, device]), open).code).toBe('mfa-required');
    expect(ask(roleSet([both]), open).code).toBe('mfa-required');
    expect(ask(roleSet([mfa, device]), { ...open, mfaVerified: true }).code).toBe(
      'device-required',
    );
    expect(ask(roleSet([device]), { ...open, deviceVerified: true }).code).toBe('granted');
  });

  it('names labels before ARN when both deny in one role, and the first role of two', () => {
    const labels = role('labels', { deny: { app_labels: { env: 'prod' }, aws_role_arns: [READ] } });
    expect(ask(roleSet([labels]), undefined, { env: 'prod' }).reasons).toMatchObject([
      {
        role: 'labels',
        condition: 'app-labels',
        message: expect.stringContaining('env is "prod"'),
      },
    ]);
    const first = role('first', { deny: { aws_role_arns: [READ] } });
    expect(ask(roleSet([first, labels]), undefined, { env: 'prod' }).reasons[0]?.role).toBe(
      'first',
    );
  });

  it('denies for an error in a deny part, whatever would grant', () => {
    const broken = role('broken', { deny: { app_labels: { env: '^[$' } } });
    expect(ask(roleSet([granting('good', [READ]), broken]), undefined, { env: 'x' }).code).toBe(
      'bad-role',
    );
    expect(ask(roleSet([granting('good', [READ]), broken])).code).toBe('granted');
  });

  it('does not take a hostile ARN for the question about the app alone', () => {
    const roles = roleSet([granting('good', [READ])]);
    const target = app();
    expect(evaluateAppAccess(roles, { app: target }).code).toBe('granted');
    for (const roleArn of ['', '\u0000app', 'undefined']) {
      expect(evaluateAwsAccess(roles, { app: target, roleArn, now: NOW }).code).toBe('no-allow');
    }
  });

  it('looks at the labels of other apps only, whatever the ARN', () => {
    const grafana = { metadata: { name: 'grafana' }, spec: { uri: 'https://grafana.example.com' } };
    const roles = roleSet([
      granting('good', [READ]),
      role('no', { deny: { aws_role_arns: ['x'] } }),
    ]);
    expect(evaluateAwsAccess(roles, { app: grafana, roleArn: 'x', now: NOW }).code).toBe('granted');
  });

  it('does not take an address that only begins like a console for one', () => {
    const spec = { uri: 'https://console.aws.amazon.com.evil.example/' };
    const lookalike = { metadata: { name: 'x' }, spec };
    const roles = roleSet([granting('good', [READ])]);
    expect(evaluateAwsAccess(roles, { app: lookalike, roleArn: 'anything', now: NOW }).code).toBe(
      'granted',
    );
    expect(evaluateAwsAccess(roles, { app: app(), roleArn: 'anything', now: NOW }).code).toBe(
      'no-allow',
    );
  });

  it('sees changes of an app in place, also those of dynamic labels', () => {
    const roles = roleSet([
      role('r', { allow: { app_labels: { env: 'dev' }, aws_role_arns: [READ] } }),
    ]);
    const labels: Record<string, string> = { env: 'dev' };
    const dynamicLabels: Record<string, string> = {};
    const target = {
      metadata: { name: 'a', labels },
      spec: { cloud: 'AWS' as const },
      dynamicLabels,
    };
    const code = () => evaluateAwsAccess(roles, { app: target, roleArn: READ, now: NOW }).code;
    expect(code()).toBe('granted');
    labels.env = 'prod';
    expect(code()).toBe('no-allow');
    labels.env = 'dev';
    expect(code()).toBe('granted');
    dynamicLabels.env = 'prod';
    expect(code()).toBe('no-allow');
    delete dynamicLabels.env;
    expect(code()).toBe('granted');
    delete labels.env;
    labels.other = 'dev';
    expect(code()).toBe('no-allow');
  });

  it('hands out the same frozen decision for the same question, and forgets random ARNs', () => {
    const roles = roleSet([granting('good', [READ])]);
    const target = app();
    const one = evaluateAwsAccess(roles, { app: target, roleArn: READ, now: NOW });
    expect(evaluateAwsAccess(roles, { app: target, roleArn: READ, now: NOW })).toBe(one);
    for (let i = 0; i < 2000; i += 1)
      evaluateAwsAccess(roles, { app: target, roleArn: `x${i}`, now: NOW });
    expect(evaluateAwsAccess(roles, { app: target, roleArn: READ, now: NOW })).toEqual(one);
  });

  it('refuses what is not on the list of resources, even before MFA', () => {
    const roles = roleSet([granting('good', [READ])]);
    const allowedResources = [{ cluster: 'main', kind: 'node', name: 'awsconsole' }];
    const state = { allowedResources, cluster: 'main', clusterRequireMfa: true };
    expect(ask(roles, state)).toMatchObject({
      code: 'resource-not-listed',
      reasons: [{ role: '' }],
    });
    expect(ask(roles, { ...state, allowedResources: [] }).code).toBe('mfa-required');
  });

  it('refuses a locked user or role before everything else', () => {
    const roles = roleSet([granting('good', [READ])]);
    const lock = (target: object) => [
      { metadata: { name: 'l' }, spec: { target, message: 'Stop.' } },
    ];
    const identity = { user: 'dana', roles: [] };
    const query = { app: app(), roleArn: READ, now: NOW };
    const locked = (locks: ReturnType<typeof lock>, stale = false) =>
      evaluateAwsAccess(roles, { ...query, locks: { locks, identity, stale, mode: 'strict' } });
    expect(locked(lock({ user: 'dana' }))).toMatchObject({
      code: 'locked',
      reasons: [{ message: 'Lock "l" is in force: "Stop."' }],
    });
    expect(locked(lock({ role: 'good' })).code).toBe('locked');
    expect(locked(lock({ user: 'kim' })).code).toBe('granted');
    expect(locked([], true)).toMatchObject({
      code: 'locked',
      reasons: [{ condition: 'stale-locks' }],
    });
  });
});

describe('what a role set keeps', () => {
  it('stays within its bounds, and is right after it was dropped', () => {
    const who = user();
    const roles = createRoleSet([compileRole(granting('good', [READ]))], who, {
      maxApps: 2,
      maxDecisions: 5,
    });
    const apps = Array.from({ length: 7 }, (_, index) => app({}, `app${index}`));
    for (let round = 0; round < 3; round += 1) {
      for (const target of apps) {
        const code = (roleArn: string) =>
          evaluateAwsAccess(roles, { app: target, roleArn, now: NOW }).code;
        expect([code(READ), code(arn('Other'))]).toEqual(['granted', 'no-allow']);
      }
    }
  });
});

describe('strict roles', () => {
  const lost = role('strict', {
    allow: { app_labels: { '*': '*' }, aws_role_arns: [READ] },
    deny: { aws_role_arns: ['{{external.blocked}}'] },
  });

  it('deny everything when a value of their deny part is lost', () => {
    expect(ask(roleSet([lost])).code).toBe('granted');
    expect(ask(roleSet([lost], user(), { strict: true }))).toMatchObject({
      code: 'bad-role',
      reasons: [{ role: 'strict', condition: 'substitution' }],
    });
    expect(ask(roleSet([lost], user({ blocked: ['x'] }), { strict: true })).code).toBe('granted');
  });

  it('deny for an error in any allow part, whatever the order', () => {
    const failing = role('failing', {
      allow: { app_labels_expression: 'contains(email.local(user.spec.traits["email"]), "a")' },
    });
    const who = user({ email: ['no address'] });
    expect(ask(roleSet([granting('good', [READ]), failing], who)).code).toBe('granted');
    expect(ask(roleSet([granting('good', [READ]), failing], who, { strict: true })).code).toBe(
      'bad-role',
    );
  });
});

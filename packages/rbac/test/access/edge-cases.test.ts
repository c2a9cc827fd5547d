import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type App,
  evaluateAppAccess,
  evaluateAwsAccess,
  evaluateRule,
  explainDecision,
} from '../../src/index.js';
import { planOf } from '../../src/role/role-set.js';
import { app, arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const READ = arn('ReadOnly');

describe('apps with little in them', () => {
  it('need no labels, no address and no kind', () => {
    const bare = { metadata: { name: 'bare' }, spec: {} };
    const roles = roleSet([granting('r', [READ])]);
    expect(evaluateAppAccess(roles, { app: bare }).code).toBe('granted');
    expect(evaluateAwsAccess(roles, { app: bare, roleArn: 'x', now: NOW }).code).toBe('granted');
  });

  it('are looked at without what they inherit', () => {
    const labels: Record<string, string> = Object.create({ env: 'prod' });
    labels.team = 'x';
    const target = app(labels);
    const roles = roleSet([
      role('r', { allow: { app_labels: { env: 'prod' }, aws_role_arns: [READ] } }),
    ]);
    expect(evaluateAppAccess(roles, { app: target }).code).toBe('no-allow');
    expect(evaluateAppAccess(roles, { app: target }).code).toBe('no-allow');
  });

  it('notice an account label that a dynamic one hides', () => {
    const labels: Record<string, string> = { aws_account_id: '444455556666' };
    const target = { ...app(labels), dynamicLabels: { aws_account_id: 'x' } };
    const roles = roleSet([granting('r', [READ])]);
    expect(evaluateAppAccess(roles, { app: target }).code).toBe('granted');
    labels.aws_account_id = '111122223333';
    expect(evaluateAppAccess(roles, { app: target }).code).toBe('granted');
  });
});

describe('what is kept', () => {
  it('notices that an app has become one of AWS', () => {
    const spec: { cloud: 'AWS' | '' } = { cloud: '' };
    const target = { metadata: { name: 'a' }, spec };
    const ask = () =>
      evaluateAwsAccess(roles, { app: target, roleArn: arn('Other'), now: NOW }).code;
    const roles = roleSet([granting('r', [READ])]);
    expect(ask()).toBe('granted');
    spec.cloud = 'AWS';
    expect(ask()).toBe('no-allow');
  });

  it('of a frozen app is not compared again, and says the same', () => {
    const labels = Object.freeze({ env: 'dev' });
    const frozen = Object.freeze({
      metadata: Object.freeze({ name: 'a', labels }),
      spec: Object.freeze({ uri: 'https://console.aws.amazon.com/' }),
    });
    const roles = roleSet([
      role('r', { allow: { app_labels: { env: 'dev' }, aws_role_arns: [READ] } }),
    ]);
    const ask = (target: App) =>
      evaluateAwsAccess(roles, { app: target, roleArn: READ, now: NOW }).code;
    expect([ask(frozen), ask(frozen), ask({ ...frozen, metadata: { name: 'a' } })]).toEqual([
      'granted',
      'granted',
      'no-allow',
    ]);
    expect(roles[planOf].tables.get(frozen)?.snapshot).toBeUndefined();
  });

  it('knows which of several roles speaks for an ARN made of the app', () => {
    const mine = `${arn('')}{{app.name}}`;
    const roles = roleSet(
      [
        granting('first', [mine]),
        granting('second', [mine]),
        role('no', { deny: { aws_role_arns: ['{{app.blocked}}'] } }),
        role('neither', { deny: { aws_role_arns: ['{{app.blocked}}'] } }),
      ],
      user(),
      { extensions: { multipleVariables: true } },
    );
    const roleArn = arn('awsconsole');
    const ask = (labels: Record<string, string>) =>
      evaluateAwsAccess(roles, { app: app(labels), roleArn, now: NOW }).reasons[0]?.role;
    expect(ask({})).toBe('first');
    expect(ask({ blocked: roleArn })).toBe('no');
    const bare = { metadata: { name: 'awsconsole' }, spec: { cloud: 'AWS' } } as const;
    expect(evaluateAwsAccess(roles, { app: bare, roleArn, now: NOW }).code).toBe('granted');
  });

  it('is bounded for each app, whatever is asked', () => {
    const target = app();
    const roles = roleSet([granting('r', [READ])]);
    for (let index = 0; index < 1500; index += 1) {
      evaluateAwsAccess(roles, { app: target, roleArn: arn(`R${index}`), now: NOW });
    }
    const kept = roles[planOf].tables.get(target)?.kept.flatMap((kept) => kept?.size ?? []);
    expect(kept).toHaveLength(1);
    expect(kept?.[0]).toBeLessThanOrEqual(512);
  });

  it('shows no trait in a log', () => {
    const roles = roleSet([granting('r', [READ])], user({ team: ['hidden-value'] }));
    expect(inspect(roles, { depth: 9 })).not.toContain('hidden-value');
    expect(inspect(roles, { depth: 9 })).toContain('dana');
    const decision = evaluateAwsAccess(roles, { app: app(), roleArn: READ, now: NOW });
    expect(inspect(decision, { depth: 9 })).not.toContain('hidden-value');
  });
});

describe('decisions about the app alone', () => {
  it('ask for MFA and device like the others', () => {
    const mfa = granting('mfa', [READ], { require_session_mfa: true });
    expect(evaluateAppAccess(roleSet([mfa]), { app: app() }).code).toBe('mfa-required');
    const state = { mfaVerified: true };
    expect(evaluateAppAccess(roleSet([mfa]), { app: app(), state }).code).toBe('granted');
  });

  it('are denied by labels and not by ARNs', () => {
    const arns = role('arns', { deny: { aws_role_arns: [READ] } });
    const universal = role('all', { deny: { app_labels: { '*': '*' } } });
    expect(evaluateAppAccess(roleSet([granting('r', [READ]), arns]), { app: app() }).code).toBe(
      'granted',
    );
    const denied = evaluateAppAccess(roleSet([granting('r', [READ]), universal]), { app: app() });
    expect(denied.reasons[0]?.message).toContain('any labels');
  });
});

describe('rules that do not parse', () => {
  it('deny, and say what is wrong with them', () => {
    const rules = [{ resources: ['role'], verbs: ['read'], where: 'nope(' }];
    const decision = evaluateRule(roleSet([role('r', { deny: { rules } })]), {
      resource: 'role',
      verb: 'list',
    });
    expect(decision.code).toBe('bad-role');
    expect(explainDecision(decision)).toMatch(
      /deny rule at \/spec\/deny\/rules\/0 fails: `nope\(`: ./,
    );
  });
});

describe('rules that fail when they run', () => {
  it('are named with the place of the rule', () => {
    const rules = [{ resources: ['role'], verbs: ['read'], where: 'resource.spec.nope == "x"' }];
    const decision = evaluateRule(roleSet([role('r', { allow: { rules } })]), {
      resource: 'role',
      verb: 'read',
      context: { resource: { metadata: { name: 'x' } } },
    });
    expect(decision).toMatchObject({
      code: 'bad-role',
      reasons: [{ role: 'r', condition: 'rules' }],
    });
    expect(explainDecision(decision)).toContain('/spec/allow/rules/0');
  });
});

describe('names that want to look like something else', () => {
  it('are quoted, so that they cannot add lines to an explanation', () => {
    const roles = roleSet([granting('r"\nallow (granted)', [READ])], user({}, 'd\nx'));
    const text = explainDecision(
      evaluateAwsAccess(roles, { app: app(), roleArn: 'a\nb', now: NOW }),
    );
    expect(text.split('\n')).toHaveLength(3);
  });
});

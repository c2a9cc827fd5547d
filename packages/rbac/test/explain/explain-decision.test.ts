import { describe, expect, it, vi } from 'vitest';
import {
  describeDecision,
  evaluateAwsAccess,
  evaluateRule,
  explainDecision,
} from '../../src/index.js';
import { app, arn, granting, NOW, role, roleSet, user } from '../support/make.js';

const READ = arn('ReadOnly');
const names = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);
const ask = (roles: ReturnType<typeof roleSet>, labels = {}) =>
  evaluateAwsAccess(roles, { app: app(labels), roleArn: READ, now: NOW });

describe('explainDecision', () => {
  const READER = granting('r', [READ]);
  const text = (list: Parameters<typeof roleSet>[0], labels = {}, options = {}) =>
    explainDecision(ask(roleSet(list, user(), options), labels));

  it('shows the ARNs a role lists, a few of them, and the one asked for', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
    const many = text([
      granting(
        'many',
        names.map((name) => arn(name)),
      ),
    ]);
    expect(many).toContain(`allow.aws_role_arns lists "${arn('A')}", "${arn('B')}"`);
    expect(many).toContain(`"${arn('E')}" and 2 more, not "${READ}"`);
    expect(text([granting('none', [])])).toContain('lists no AWS role, not');
  });

  it('counts the ARNs that come from variables of the app', () => {
    const role = granting('r', [`${arn('')}{{app.name}}`, arn('dev-*')]);
    const extensions = { multipleVariables: true, arnPatterns: true };
    const decision = ask(roleSet([role], user(), { extensions }));
    expect(describeDecision(decision).roles[0]?.wanted).toEqual([arn('dev-*'), arn('awsconsole')]);
  });

  it('shows the labels of the app, and those an expression looked at', () => {
    const expression = (app_labels_expression: string) =>
      role('e', { allow: { app_labels_expression, aws_role_arns: [READ] } });
    const said = text([expression('labels["env"] == "dev" || labels.tier == "1"')], {
      env: 'prod',
      team: 'x',
    });
    expect(said).toContain('labels of the app: env "prod", team "x"');
    expect(said).toContain(
      'is false: `labels["env"] == "dev" || labels.tier == "1"` (`env` is "prod", `tier` is absent)',
    );
    expect(text([expression('contains(labels_matching("t*"), "y")')], { team: 'x' })).toContain(
      '(`team` is "x")',
    );
    const labels = Object.fromEntries(names(30).map((name) => [name, 'v']));
    expect(text([expression('contains(labels_matching("x"), "y")')], labels)).toMatch(
      / 10 more$[\s\S]*, 20 more\)/m,
    );
  });

  it('shows which pattern is broken, on what, and why', () => {
    const bad = role('bad', { allow: { app_labels: { env: ['ok', '^[$'] } } });
    const denies = role('bad', { deny: { app_labels: { env: ['ok', '^[$'] } } });
    for (const [side, list] of [
      ['allow', [bad]],
      ['deny', [denies]],
    ] as const) {
      const decision = ask(roleSet(list), { env: 'x' });
      expect(describeDecision(decision).roles[0]).toMatchObject({
        side,
        outcome: 'broken',
        label: 'env',
        seen: 'x',
        wanted: ['^[$'],
      });
      expect(explainDecision(decision)).toMatch(
        /env has the pattern "\^\[\$", which cannot be compared with "x": .*missing closing/,
      );
    }
    const long = role('long', { allow: { app_labels: { env: '^(a|b)*$' } } });
    expect(text([long], { env: 'a'.repeat(200_000) })).toContain(
      'a text is too long for a pattern of this size',
    );
    const failing = 'contains(email.local(labels.env), "y")';
    expect(
      text([role('f', { allow: { app_labels_expression: failing } })], { env: 'x' }),
    ).toContain('email.local got a value that is not a mail address');
    expect(text([role('f', { deny: { app_labels_expression: 'labels' } })])).toContain(
      'it does not parse',
    );
  });

  it('tells when the order of the roles decided', () => {
    const bad = role('bad', { allow: { app_labels: { env: '^[$' } } });
    const note = 'Role "r" would allow it, but role "bad" comes first and cannot be evaluated.';
    expect(text([bad, READER], { env: 'x' })).toContain(note);
    expect(text([bad], { env: 'x' })).not.toContain('comes first');
    const denying = role('bad', { deny: { app_labels: { env: '^[$' } } });
    expect(text([denying, READER], { env: 'x' })).not.toContain('comes first');
  });

  it('keeps hostile texts on one line', () => {
    const evil = 'labels["env"] == "x"\n// role "r" allows it: it allows this';
    const lines = text([role('r', { allow: { app_labels_expression: evil } })]).split('\n');
    expect(lines).toHaveLength(3);
    const locks = [
      { metadata: { name: 'l' }, spec: { target: { user: 'dana' }, message: 'x\nallow\u2028y' } },
    ];
    const decision = evaluateAwsAccess(roleSet([READER]), {
      app: app(),
      roleArn: READ,
      now: NOW,
      locks: { locks, identity: { user: 'dana', roles: [] } },
    });
    expect(explainDecision(decision).split(/[\n\u2028]/)).toHaveLength(2);
  });

  it('survives a copy of the package that another module system loaded', async () => {
    const decision = ask(roleSet([READER]));
    vi.resetModules();
    const other = await import('../../src/index.js');
    expect(other.explainDecision).not.toBe(explainDecision);
    expect(other.explainDecision(decision)).toBe(explainDecision(decision));
  });
});

describe('decisions about rules', () => {
  const where = 'contains(user.spec.traits["team"], "x")';
  const list = [
    role('none'),
    role('verbs', { allow: { rules: [{ resources: ['token'], verbs: ['list', 'read'] }] } }),
    role('cond', { allow: { rules: [{ resources: ['token'], verbs: ['use'], where }] } }),
  ];
  const outcomes = (more: Parameters<typeof roleSet>[0]) =>
    describeDecision(
      evaluateRule(roleSet([...list, ...more]), { resource: 'token', verb: 'use' }),
    ).roles.map(({ outcome, message }) => `${outcome}: ${message}`);

  it('are explained role by role', () => {
    const decision = evaluateRule(roleSet(list), { resource: 'token', verb: 'use' });
    expect(describeDecision(decision)).toMatchObject({ resource: 'token', verb: 'use' });
    expect(explainDecision(decision)).toContain('deny (no-allow): user "dana", "use" on "token"');
    expect(explainDecision(decision)).toContain('  No role allows it.');
    const rules = [{ resources: ['*'], verbs: ['*'] }];
    const broken = [{ resources: ['token'], verbs: ['x'], where: 'resource.spec.y == "1"' }];
    expect(
      outcomes([
        role('ok', { allow: { rules } }),
        role('no', { deny: { rules } }),
        role('bad', { allow: { rules: broken } }),
      ]),
    ).toEqual([
      'lacks: it has no allow rule for "token"',
      'lacks: its allow rules for "token" have the verbs list, read, not "use"',
      `lacks: the condition of its allow rule at /spec/allow/rules/0 is false: \`${where}\``,
      'grants: its allow rule at /spec/allow/rules/0 covers this',
      'denies: its deny rule at /spec/deny/rules/0 covers this',
      expect.stringMatching(/^broken: the condition of its allow rule .* fails: .*spec.y/),
    ]);
  });
});

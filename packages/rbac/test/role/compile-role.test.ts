import { describe, expect, it } from 'vitest';
import { compileRole, RbacError, type Role } from '../../src/index.js';
import { arn, role } from '../support/make.js';

const compileAny = (document: unknown) => () => Reflect.apply(compileRole, undefined, [document]);

describe('compileRole', () => {
  it.each([
    ['nothing', undefined, 'unsupported-version', '/version'],
    ['a text', 'role', 'invalid-role', ''],
    ['no name', { version: 'v7' }, 'invalid-role', '/metadata/name'],
    [
      'a number as name',
      { version: 'v7', metadata: { name: 5 } },
      'invalid-role',
      '/metadata/name',
    ],
    [
      'a list as spec',
      { version: 'v7', metadata: { name: 'r' }, spec: [] },
      'invalid-role',
      '/spec',
    ],
    [
      'an unquoted account',
      { version: 'v7', metadata: { name: 'r' }, spec: { allow: { app_labels: { 'a/b~c': 1 } } } },
      'invalid-role',
      '/spec/allow/app_labels/a~1b~0c',
    ],
    [
      'a number in a list',
      { version: 'v7', metadata: { name: 'r' }, spec: { deny: { aws_role_arns: ['a', 1] } } },
      'invalid-role',
      '/spec/deny/aws_role_arns/1',
    ],
    [
      'a bad duration',
      role('r', { options: { max_session_ttl: '8 hours' } }),
      'invalid-role',
      '/spec/options/max_session_ttl',
    ],
    [
      'thresholds under deny',
      role('r', { deny: { request: { thresholds: [{ approve: 1 }] } } }),
      'invalid-role',
      '/spec/deny/request/thresholds',
    ],
    [
      'half an approval',
      role('r', { allow: { request: { thresholds: [{ approve: 0.5 }] } } }),
      'invalid-role',
      '/spec/allow/request/thresholds/0/approve',
    ],
    ['an unknown version', role('r', { version: 'v9' }), 'unsupported-version', '/version'],
    ['a built-in name', role('Admin'), 'reserved-name', '/metadata/name'],
    ['a name of a system role', role('App'), 'reserved-name', '/metadata/name'],
    [
      '* among ARNs',
      role('r', { allow: { aws_role_arns: [arn('A'), '*'] } }),
      'invalid-role',
      '/spec/allow/aws_role_arns/1',
    ],
    [
      'a narrowed * label',
      role('r', { allow: { app_labels: { '*': 'x' } } }),
      'invalid-role',
      '/spec/allow/app_labels/*',
    ],
  ] as const)('refuses %s with its place', (_, document, code, pointer) => {
    expect(compileAny(document)).toThrowWithCode(RbacError, code);
    try {
      compileAny(document)();
    } catch (error) {
      expect(error).toMatchObject({ pointer });
    }
  });

  it('says what to do about an account without quotes', () => {
    const labels = { account: 111122223333 } as never;
    expect(() => compileRole(role('r', { allow: { app_labels: labels } }))).toThrow(
      'put quotes around numbers',
    );
  });

  it('accepts a narrowed * label and * as ARN under deny, and names near the built-in ones', () => {
    const deny = { app_labels: { '*': 'x' }, aws_role_arns: ['*'] };
    expect(compileRole(role('admin', { deny })).warnings).toEqual([]);
  });

  it('warns about texts that do not parse, with pointer and span', () => {
    const { warnings } = compileRole(
      role('r', {
        allow: {
          app_labels: { env: ['ok', '{{external.a b}}'] },
          app_labels_expression: 'labels[',
          aws_role_arns: ['{{x'],
          rules: [{ resources: ['role'], verbs: ['read'], where: 'nosuch(1)' }],
          request: { roles: ['{{external.x}}'] },
        },
      }),
    );
    expect(warnings).toMatchObject([
      {
        code: 'template-syntax',
        pointer: '/spec/allow/app_labels/env/1',
        span: { start: 13, end: 14 },
      },
      { code: 'template-syntax', pointer: '/spec/allow/aws_role_arns/0' },
      { code: 'where-syntax', pointer: '/spec/allow/rules/0/where', span: { start: 0, end: 9 } },
      { code: 'matcher-syntax', pointer: '/spec/allow/request/roles/0' },
      {
        code: 'expression-syntax',
        pointer: '/spec/allow/app_labels_expression',
        span: { start: 7 },
      },
    ]);
  });

  it.each<[string, Role, string]>([
    ['a template', role('r', { allow: { aws_role_arns: ['{{x'] } }), 'invalid-template'],
    [
      'a template in a label name',
      role('r', { allow: { app_labels: { '{{x': 'y' } } }),
      'invalid-template',
    ],
    ['a namespace', role('r', { allow: { aws_role_arns: ['{{idp.x}}'] } }), 'invalid-template'],
    [
      'an expression',
      role('r', { deny: { app_labels_expression: 'labels' } }),
      'invalid-expression',
    ],
    [
      'a condition',
      role('r', { deny: { rules: [{ resources: ['a'], verbs: ['b'], where: 'x' }] } }),
      'invalid-expression',
    ],
    ['a label pattern', role('r', { deny: { app_labels: { env: '^(?=a)$' } } }), 'invalid-pattern'],
    [
      'a pattern in a template',
      role('r', { allow: { aws_role_arns: ['{{regexp.replace(external.a, "((", "")}}'] } }),
      'invalid-pattern',
    ],
    [
      'a pattern in an expression',
      role('r', { allow: { app_labels_expression: 'regexp.match(labels.a, "^[$")' } }),
      'invalid-pattern',
    ],
    [
      'a name matcher',
      role('r', { allow: { review_requests: { roles: ['{{x'] } } }),
      'invalid-pattern',
    ],
  ])('with strict refuses %s that it would let pass', (_, document, code) => {
    expect(compileRole(document).name).toBe('r');
    expect(() => compileRole(document, { strict: true })).toThrowWithCode(RbacError, code);
  });

  it.each([
    [true, true],
    [false, false],
    ['no', false],
    ['off', false],
    ['', false],
    ['yes', true],
    ['hardware_key_touch', true],
    ['hardwarekey', true],
  ])('reads require_session_mfa %j as %s', (value, wanted) => {
    const options = { require_session_mfa: value };
    expect(compileRole(role('r', { options })).requireSessionMfa).toBe(wanted);
  });

  it.each([
    [undefined, 30 * 3600],
    ['0', 30 * 3600],
    ['never', 30 * 3600],
    ['-1h', 30 * 3600],
    ['90s', 90],
  ])('reads max_session_ttl %j as %s seconds', (value, seconds) => {
    const options = { max_session_ttl: value };
    expect(compileRole(role('r', { options })).maxSessionTtlMs).toBe(seconds * 1000);
  });

  it('freezes what it gives and leaves the document alone', () => {
    const document = Object.freeze(
      role('r', { allow: Object.freeze({ app_labels: { b: 'x', a: 'y' } }) }),
    );
    const compiled = compileRole(document);
    expect(Object.isFrozen(compiled) && Object.isFrozen(compiled.warnings)).toBe(true);
    expect(Object.keys(document.spec?.allow?.app_labels ?? {})).toEqual(['b', 'a']);
  });

  it('applies a part for another namespace to nothing', () => {
    const part = { namespaces: ['other'], app_labels: { '*': '*' }, aws_role_arns: [arn('A')] };
    expect(compileRole(role('r', { allow: part })).allowAppLabels).toEqual({});
  });
});

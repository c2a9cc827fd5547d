import { describe, expect, it } from 'vitest';
import {
  compileRole,
  createRoleSet,
  evaluateAwsAccess,
  type LanguageName,
  loadLanguages,
  RbacError,
  type Role,
  type RoleConditions,
} from '../../src/core/index.js';
import { compileRole as compileWithAll, evaluateRule } from '../../src/index.js';
import { app, arn, NOW, role, user } from '../support/make.js';

const allowing = (allow: RoleConditions): Role => role('dev', { allow });
const NONE = await loadLanguages([]);

/** The texts of a role, and what each takes besides role documents. */
const NEEDS: readonly (readonly [what: string, Role, readonly LanguageName[]])[] = [
  ['exact values and lists', allowing({ app_labels: { env: ['dev', 'qa'] } }), []],
  ['globs and the universal label', allowing({ app_labels: { '*': '*' } }), []],
  ['a glob', allowing({ app_labels: { env: 'd*v' } }), []],
  ['a half-anchored text', allowing({ app_labels: { env: '^dev' } }), []],
  ['variables', allowing({ aws_role_arns: [arn('{{external.a}}'), '{{ internal.logins }}'] }), []],
  ['empty parts', allowing({ rules: [], request: {}, review_requests: {} }), []],
  ['an expression in label values', allowing({ app_labels: { env: '^dev$' } }), ['regexp']],
  ['a name in brackets', allowing({ aws_role_arns: ['{{external["a b"]}}'] }), ['templates']],
  ['a keyword as a name', allowing({ aws_role_arns: ['{{external.type}}'] }), ['templates']],
  [
    'email.local',
    allowing({ aws_role_arns: ['{{email.local(external.email)}}'] }),
    ['email', 'templates'],
  ],
  [
    'regexp.replace',
    allowing({ app_labels: { env: '{{regexp.replace(external.a, "x", "y")}}' } }),
    ['regexp', 'templates'],
  ],
  [
    'a plain label expression',
    allowing({ app_labels_expression: 'labels["env"] == "dev"' }),
    ['expressions'],
  ],
  [
    'a glob in regexp.match',
    allowing({ app_labels_expression: 'regexp.match(labels["env"], "d*")' }),
    ['expressions'],
  ],
  [
    'an expression in regexp.match',
    allowing({ app_labels_expression: 'regexp.match(labels["env"], "^d$")' }),
    ['expressions', 'regexp'],
  ],
  [
    'a pattern out of a label',
    allowing({ app_labels_expression: 'regexp.match(labels["env"], labels["team"])' }),
    ['expressions', 'regexp'],
  ],
  [
    'rules with a condition',
    allowing({ rules: [{ resources: ['node'], verbs: ['list'], where: 'equals("a", "b")' }] }),
    ['rules'],
  ],
  ['requests', allowing({ request: { roles: ['dev-*'] } }), ['requests']],
  [
    'claims of requests',
    allowing({ request: { claims_to_roles: [{ claim: 'a', value: 'b', roles: ['c'] }] } }),
    ['regexp', 'requests'],
  ],
  ['a pattern of requests', allowing({ request: { roles: ['^d$'] } }), ['regexp', 'requests']],
];

describe('loadLanguages', () => {
  it.each(NEEDS)('loads for %s what it takes, no more and no less', async (_, document, wanted) => {
    const languages = await loadLanguages([document]);
    expect(languages.names).toEqual(['documents', ...wanted].sort());
    const compiled = compileRole(document, { languages });
    expect(compiled.warnings).toEqual(compileWithAll(document).warnings);
    if (wanted.length > 0) {
      expect(() => compileRole(document, { languages: NONE })).toThrowWithCode(
        RbacError,
        'missing-language',
      );
    }
  });

  it('loads strict mode and extensions for the options the roles will have', async () => {
    const documents = [allowing({ app_labels: { env: 'dev' } })];
    const extensions = { arnPatterns: true };
    const { names } = await loadLanguages(documents, { strict: true, extensions });
    expect(names).toEqual(['documents', 'extensions', 'strict']);
    for (const options of [{ strict: true }, { extensions }]) {
      const [document = role('')] = documents;
      expect(() => compileRole(document, { ...options, languages: NONE })).toThrowWithCode(
        RbacError,
        'missing-language',
      );
    }
  });

  it('loads what it is told to, and passes over documents and users with faults', async () => {
    // @ts-expect-error a caller without types
    const broken = await loadLanguages([{ version: 'v1' }, null], { also: ['email'], users: [3] });
    expect(broken.names).toEqual(['documents', 'email']);
  });

  it('gives a frozen value that shows no functions, and values that know nothing of each other', async () => {
    const one = await loadLanguages([], { also: ['regexp'] });
    const other = await loadLanguages([]);
    expect(Object.isFrozen(one) && Object.isFrozen(one.names)).toBe(true);
    expect(JSON.stringify(one)).toBe('{"names":["documents","regexp"]}');
    expect(other.names).toEqual(['documents']);
  });
});

describe('a missing language', () => {
  it('is an error that names the role, the place, the language and the fix', () => {
    const documents: readonly (readonly [RoleConditions, string, LanguageName])[] = [
      [{ app_labels: { 'a/b': ['x', '^y$'] } }, '/spec/allow/app_labels/a~1b', 'regexp'],
      [{ aws_role_arns: ['{{f(a.b)}}'] }, '/spec/allow/aws_role_arns/0', 'templates'],
      [{ app_labels_expression: 'true' }, '/spec/allow/app_labels_expression', 'expressions'],
      [{ rules: [{ resources: ['a'], verbs: ['b'] }] }, '/spec/allow/rules', 'rules'],
      [{ request: { roles: ['a'] } }, '/spec/allow', 'requests'],
    ];
    for (const [allow, pointer, language] of documents) {
      try {
        compileRole(allowing(allow), { languages: NONE });
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(RbacError);
        expect(error).toMatchObject({ code: 'missing-language', pointer, language });
        expect(String(error)).toBe(
          `RbacError: Role "dev" needs the language ${language} (at ${pointer}); load it with loadLanguages and hand on what that resolves to.`,
        );
      }
    }
  });

  it('is what a promise nobody waited for has, and a call without options', () => {
    const message =
      'A role needs the language documents; load it with loadLanguages and hand on what that resolves to.';
    // @ts-expect-error a caller without types
    const unawaited = () => compileRole(role('dev'), { languages: loadLanguages([]) });
    // @ts-expect-error a caller without types
    const without = () => compileRole(role('dev'));
    for (const call of [unawaited, without]) {
      expect(call).toThrowWithCode(RbacError, 'missing-language');
      expect(call).toThrow(message);
    }
  });

  it('is said of a name that no language has', async () => {
    // @ts-expect-error a caller without types
    const loading = loadLanguages([], { also: ['constructor'] });
    await expect(loading).rejects.toThrowWithCode(RbacError, 'missing-language');
    await expect(loading).rejects.toThrow('There is no language "constructor"; the option also');
  });

  it('of a pattern inside an expression is no fault of the expression', async () => {
    const text = 'regexp.match(labels["env"], "^d$")';
    const languages = await loadLanguages([], { also: ['expressions'] });
    const document = allowing({ app_labels_expression: text });
    expect(() => compileRole(document, { languages })).toThrowWithCode(
      RbacError,
      'missing-language',
    );
  });

  it('for a trait that is a pattern stops the user, not the decision', async () => {
    const document = allowing({
      app_labels: { env: '{{external.env}}' },
      aws_role_arns: [arn('Dev')],
    });
    const dana = user({ env: ['^(dev|qa)$'] });
    const compiled = [compileRole(document, { languages: NONE })];
    expect(() => createRoleSet(compiled, dana)).toThrowWithCode(RbacError, 'missing-language');
    const languages = await loadLanguages([document], { users: [dana] });
    expect(languages.names).toEqual(['documents', 'regexp']);
    const roles = createRoleSet(compiled, dana, { languages });
    const query = { app: app({ env: 'qa' }), roleArn: arn('Dev'), now: NOW };
    expect(evaluateAwsAccess(roles, query).code).toBe('granted');
  });
});

it('gives role sets on which the whole package decides, also about the rules that everybody has', async () => {
  const languages = await loadLanguages([role('dev')]);
  const roles = createRoleSet([compileRole(role('dev'), { languages })], user());
  expect(evaluateRule(roles, { resource: 'app', verb: 'list' }).code).toBe('granted');
  expect(evaluateRule(roles, { resource: 'role', verb: 'list' }).code).toBe('no-allow');
});

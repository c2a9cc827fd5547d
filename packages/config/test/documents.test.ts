import {
  ConfigError,
  canChange,
  type Integration,
  isTemplate,
  loadResources,
  locateIssue,
  normalize,
  type Resource,
  type Role,
  selectKind,
} from '@postern/config';
import { describe, expect, expectTypeOf, it } from 'vitest';

const integration = (sub_kind: Integration['sub_kind'], name = 'i'): Integration => ({
  kind: 'integration',
  sub_kind,
  metadata: { name },
  spec: {},
});

describe('canChange', () => {
  it('keeps the sub-kind of an integration', () => {
    expect(canChange(integration('aws-oidc'), integration('aws-oidc'))).toEqual({ allowed: true });
    expect(canChange(integration('aws-oidc'), integration('aws-ra'))).toMatchObject({
      allowed: false,
      reason: 'sub-kind',
    });
    expect(canChange(integration('aws-oidc'), integration('aws-oidc', 'j'))).toMatchObject({
      allowed: false,
      reason: 'other-resource',
    });
  });
});

describe('selectKind', () => {
  it('gives the documents of one kind with their type', () => {
    const { resources } = loadResources([
      {
        text: 'kind: user\nmetadata: {name: u}\n---\nkind: role\nversion: v7\nmetadata: {name: r}\n',
      },
    ]);
    const roles = selectKind(resources, 'role');
    expectTypeOf(roles).toEqualTypeOf<readonly Role[]>();
    expect(roles.map(({ metadata }) => metadata.name)).toEqual(['r']);
  });
});

describe('isTemplate', () => {
  it.each([
    ['{{internal.logins}}', true],
    ['a-{{external.x}}-b', true],
    ['{{x', false],
    ['}}{{', false],
    ['', false],
    [5, false],
    [null, false],
    [['{{x}}'], false],
  ])('%j: %j', (value, expected) => {
    expect(isTemplate(value)).toBe(expected);
  });
});

describe('locateIssue', () => {
  const text =
    '---\nkind: user\nmetadata:\n  name: a\nspec:\n  roles: [x, y]\n  traits: {"a/b": [c]}\n';
  const [user] = loadResources([{ filename: 'f.yaml', text }]).resources;

  it.each([
    ['/spec/roles/1', '6:14', 'spec.roles[1]'],
    ['/spec/traits/a~1b/0', '7:20', 'spec.traits["a/b"][0]'],
    ['/metadata/labels', '4:3', 'metadata.labels'],
    ['', '2:1', ''],
    ['/nowhere/at/all', '2:1', 'nowhere.at.all'],
  ])('finds %s at %s', (pointer, place, path) => {
    const found = locateIssue(user ?? {}, { code: 'my-code', message: 'M.', pointer });
    expect(`${found.start.line}:${found.start.column}`).toBe(place);
    expect(found).toMatchObject({ code: 'my-code', filename: 'f.yaml', severity: 'error', path });
  });

  it('gives the first line for a copy: only the loaded document knows its text', () => {
    expect(locateIssue({ ...user }, { code: 'c', message: 'M.', pointer: '/spec' })).toMatchObject({
      start: { line: 1, column: 1 },
    });
  });

  it('leaves no trace that a comparison or JSON would see', () => {
    expect(Object.keys(user ?? {})).toEqual(['kind', 'metadata', 'spec']);
    expect(JSON.stringify(user)).not.toContain('positionOf');
  });
});

describe('normalize', () => {
  it('refuses what is no document of a known kind', () => {
    for (const value of [null, 5, { kind: 'rol' }, { kind: 'constructor' }]) {
      expect(() => Reflect.apply(normalize, undefined, [value])).toThrowWithCode(
        ConfigError,
        'invalid-argument',
      );
    }
  });

  it('leaves the document as it is', () => {
    const role: Role = {
      kind: 'role',
      version: 'v7',
      metadata: { name: 'a' },
      spec: { allow: { logins: 'root' } },
    };
    const before = structuredClone(role);
    normalize(role);
    expect(role).toEqual(before);
  });

  it('has a type for the conditions that are only kept', () => {
    const role: Role = {
      kind: 'role',
      version: 'v7',
      metadata: { name: 'a' },
      spec: { allow: { node_labels: { a: 'b' }, db_users: ['x'] } },
    };
    expect(normalize(role).spec.allow).toMatchObject({ node_labels: { a: 'b' }, db_users: ['x'] });
  });

  it('has a type for the view of each kind', () => {
    const role: Role = { kind: 'role', version: 'v7', metadata: { name: 'a' } };
    const view = normalize(role);
    expectTypeOf(view.spec.options.max_session_ttl).toEqualTypeOf<number>();
    expectTypeOf(view.spec.allow.aws_role_arns).toEqualTypeOf<readonly string[]>();
    expectTypeOf(view.version).toEqualTypeOf<Role['version']>();
    expectTypeOf<Resource>().toHaveProperty('metadata');
    expect(view.spec.options.max_session_ttl).toBe(108_000);
  });
});

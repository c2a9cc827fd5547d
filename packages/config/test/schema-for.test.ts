import { readFileSync } from 'node:fs';
import { ConfigError, type FileKind, type ResourceKind, schemaFor } from '@postern/config';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const KINDS: readonly (ResourceKind | FileKind)[] = [
  'role',
  'user',
  'token',
  'app',
  'app_server',
  'integration',
  'github',
  'saml',
  'oidc',
  'lock',
  'access_request',
  'access_list',
  'service',
  'helm',
];

interface Case {
  readonly id: string;
  readonly group: string;
  readonly input: {
    readonly loader: 'resources' | 'service' | 'helm';
    readonly text: string;
    readonly strict?: boolean;
  };
  readonly expect: { readonly ok: boolean; readonly errors?: readonly { readonly code: string }[] };
}

const file = new URL('conformance/federation-config.json', import.meta.url);
const cases: readonly Case[] = JSON.parse(readFileSync(file, 'utf8')).cases.filter(
  ({ group, expect }: Case) =>
    group === 'config-parse' && !expect.errors?.some(({ code }) => code === 'yaml-syntax'),
);

function validator(kind: ResourceKind | FileKind, version?: string): ValidateFunction {
  return new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    validateFormats: false,
  }).compile(schemaFor(kind, version));
}

/** The documents of a case as an editor sees them: typed by the core rules of YAML 1.2. */
function documentsOf({
  input,
}: Case): readonly { kind: ResourceKind | FileKind; value: unknown }[] {
  return parseAllDocuments(input.text)
    .map((document) => document.toJS())
    .filter((value) => value !== null && typeof value === 'object' && !Array.isArray(value))
    .map((value) => ({ kind: input.loader === 'resources' ? value.kind : input.loader, value }));
}

describe('schemaFor', () => {
  it.each(KINDS)('%s: is a JSON Schema without loose ends', (kind) => {
    expect(typeof validator(kind)).toBe('function');
    expect(schemaFor(kind)).toMatchObject({ title: kind, type: 'object' });
  });

  it.each(cases.filter(({ expect }) => expect.ok).map((item) => [item.id, item] as const))(
    'accepts the documents of %s',
    (_, item) => {
      for (const { kind, value } of documentsOf(item)) {
        const validate = validator(kind);
        expect(validate(value) ? [] : validate.errors).toEqual([]);
      }
    },
  );

  // What a schema can say: names, presence, enums, types. Rules over several fields are the loader's alone.
  const visible = [
    'config-parse/typo',
    'config-parse/no-metadata',
    'config-parse/no-name',
    'config-parse/oidc-no-secret',
    'config-parse/github-no-team',
    'config-parse/role-no-version',
    'config-parse/role-ver-v2',
    'config-parse/role-ver-v9',
    'config-parse/app-cloud-bad',
    'config-parse/badbool-maybe',
    'config-parse/badbool-tru',
    'config-parse/badbool-yes',
    'config-parse/bad-label-key',
    'config-parse/ttl-bad-list',
  ];

  it.each(visible)('refuses the documents of %s, as the loader does', (id) => {
    const item = cases.find((candidate) => candidate.id === id);
    expect(item?.expect.ok).toBe(false);
    const refused = item && documentsOf(item).some(({ kind, value }) => !validator(kind)(value));
    expect(refused).toBe(true);
  });

  it('narrows to one version', () => {
    const value = { kind: 'role', version: 'v5', metadata: { name: 'a' } };
    expect(validator('role', 'v5')(value)).toBe(true);
    expect(validator('role', 'v8')(value)).toBe(false);
  });

  it('refuses what has no schema', () => {
    expect(() => schemaFor('role', 'v2')).toThrowWithCode(ConfigError, 'invalid-argument');
    expect(() => Reflect.apply(schemaFor, undefined, ['constructor'])).toThrowWithCode(
      ConfigError,
      'invalid-argument',
    );
  });

  it('marks secrets, so that tools do not print them', () => {
    expect(JSON.stringify(schemaFor('oidc'))).toContain('"writeOnly":true');
  });

  const token = (spec: object) =>
    validator('token')({ kind: 'token', version: 'v2', metadata: { name: 't' }, spec });

  it('takes nothing for maps and lists only, as the loader does', () => {
    const user = (fields: object) =>
      validator('user')({ kind: 'user', metadata: { name: 'a' }, ...fields });
    expect(user({ spec: null })).toBe(true);
    expect(user({ spec: { roles: null, traits: null } })).toBe(true);
    expect(user({ version: null })).toBe(false);
    expect(user({ spec: { expires: null } })).toBe(false);
    expect(user({ metadata: { name: 'a', description: null } })).toBe(false);
  });

  it('refuses empty values of fields that are needed', () => {
    expect(validator('user')({ kind: 'user', metadata: { name: '' } })).toBe(false);
    expect(token({ roles: ['App'] })).toBe(true);
    expect(token({ roles: [] })).toBe(false);
    expect(token({ roles: '' })).toBe(false);
  });

  it('knows the roles of a token in any case', () => {
    expect(token({ roles: ['windowsdesktop', 'DB'] })).toBe(true);
    expect(token({ roles: ['Apps'] })).toBe(false);
    expect(JSON.stringify(schemaFor('token'))).toContain('"enum":["Node","App"');
  });

  it('offers no numbers for a boolean', () => {
    expect(JSON.stringify(schemaFor('service'))).not.toContain('[0,1]');
    expect(validator('service')({ app_service: { enabled: 1 } })).toBe(true);
    expect(validator('service')({ app_service: { enabled: 2 } })).toBe(false);
  });

  it('describes the fields people look at', () => {
    expect(schemaFor('role')).toMatchObject({
      properties: {
        kind: { description: expect.any(String) },
        spec: { description: expect.any(String) },
      },
    });
    expect(JSON.stringify(schemaFor('role')).match(/"description":/g)?.length).toBeGreaterThan(20);
  });
});

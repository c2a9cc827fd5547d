import type * as config from '@postern/config';
import { loadResources, locateIssue } from '@postern/config';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type {
  AccessList,
  AccessRequestDocument,
  App,
  AuthConnector,
  Lock,
  Role,
  User,
} from '../src/index.js';
import { compileRole, lintRoles, mapConnectorClaims } from '../src/index.js';

describe('documents of @postern/config', () => {
  it('fit the shapes this package reads', () => {
    expectTypeOf<config.Role>().toExtend<Role>();
    expectTypeOf<config.User>().toExtend<User>();
    expectTypeOf<config.App>().toExtend<App>();
    expectTypeOf<config.Lock>().toExtend<Lock>();
    expectTypeOf<config.AccessList>().toExtend<AccessList>();
    expectTypeOf<config.AccessRequest>().toExtend<AccessRequestDocument>();
    expectTypeOf<config.GithubConnector>().toExtend<AuthConnector>();
    expectTypeOf<config.SamlConnector>().toExtend<AuthConnector>();
    expectTypeOf<config.OidcConnector>().toExtend<AuthConnector>();
  });

  it('may be written in code with every field that config knows', () => {
    const documents = {
      role: {
        kind: 'role',
        version: 'v7',
        metadata: { name: 'r', description: 'reads', labels: { team: 'x' } },
        spec: { allow: { namespaces: ['default'], logins: ['x'], node_labels: { a: 'b' } } },
      } satisfies Role,
      user: {
        kind: 'user',
        version: 'v2',
        metadata: { name: 'u' },
        spec: { roles: ['r'], created_by: {} },
      } satisfies User,
      app: {
        kind: 'app',
        version: 'v3',
        metadata: { name: 'a' },
        spec: { cloud: 'AWS', aws: { external_id: 'xy' }, integration: 'i' },
      } satisfies App,
      connector: {
        kind: 'oidc',
        version: 'v3',
        metadata: { name: 'c' },
        spec: {
          client_id: 'i',
          issuer_url: 'https://id.example.com',
          claims_to_roles: [{ claim: 'g', value: '*', roles: ['r'] }],
        },
      } satisfies AuthConnector,
      list: {
        kind: 'access_list',
        version: 'v1',
        metadata: { name: 'l' },
        spec: { title: 't', members: [{ name: 'u' }], audit: {} },
      } satisfies AccessList,
      lock: {
        kind: 'lock',
        version: 'v2',
        metadata: { name: 'k' },
        spec: { target: { user: 'u' }, created_by: 'kim' },
      } satisfies Lock,
    };
    expect(compileRole(documents.role).warnings).toEqual([]);
    expect(mapConnectorClaims(documents.connector, { g: 'x' }).roles).toEqual(['r']);
  });

  it('are linted with the line and column of each finding', () => {
    const text = [
      'kind: role',
      'version: v7',
      'metadata: {name: r}',
      'spec:',
      '  allow:',
      '    app_labels:',
      "      env: ['ok', '^prod']",
      "    aws_role_arns: ['{{external.team']",
    ].join('\n');
    const [role] = loadResources([{ text }]).resources.filter(
      (resource) => resource.kind === 'role',
    );
    if (role === undefined) throw new Error('the role does not load');
    const places = [...lintRoles([role]), ...compileRole(role).warnings].map((finding) => {
      const { code, start } = locateIssue(role, finding);
      return `${code} ${start.line}:${start.column}`;
    });
    expect(places).toEqual(['template-syntax 8:21', 'half-anchored 7:19', 'template-syntax 8:21']);
  });
});

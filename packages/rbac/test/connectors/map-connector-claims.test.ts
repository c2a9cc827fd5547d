import { describe, expect, it } from 'vitest';
import { type AuthConnector, mapConnectorClaims } from '../../src/index.js';

const oidc = (value: string, ...roles: string[]): AuthConnector => ({
  kind: 'oidc',
  spec: { claims_to_roles: [{ claim: 'groups', value, roles }] },
});
const rolesOf = (value: string, groups: unknown, ...roles: string[]) =>
  mapConnectorClaims(oidc(value, ...roles), { groups }).roles;

describe('mapConnectorClaims', () => {
  it('makes traits of texts and lists and ignores the rest', () => {
    const claims = { a: 'x', b: ['y', 5, 'z'], c: 7, d: null, e: { f: 'g' }, __proto__: null };
    const { traits } = mapConnectorClaims(oidc('*', 'r'), claims);
    expect({ ...traits }).toEqual({ a: ['x'], b: ['y', 'z'] });
  });

  it.each([
    ['a*c', 'abc', 'r-$1', ['r-b']],
    ['a.c', 'abc', 'r', []],
    ['a(b', 'a(b', 'r', ['r']],
    ['^dev|qa$', 'dev-eu', 'r', ['r-eu']],
    ['^a(?P<n>.)$', 'ab', '$n', ['b']],
    ['*', '', 'r', ['r']],
    ['*-*', 'a-b', '$2-$1', ['b-a']],
  ])('maps %s on %j to %s', (value, group, role, wanted) => {
    expect(rolesOf(value, [group], role)).toEqual(wanted);
  });

  it('warns once for each role when only the case differs', () => {
    const { roles, warnings } = mapConnectorClaims(oidc('Admins', 'a', 'b'), {
      groups: ['admins'],
    });
    expect(roles).toEqual([]);
    expect(warnings.map(({ code, pointer }) => [code, pointer])).toEqual([
      ['case-differs', '/spec/claims_to_roles/0/value'],
      ['case-differs', '/spec/claims_to_roles/0/value'],
    ]);
    expect(warnings[0]?.message).not.toContain('admins');
  });

  it('warns about a broken pattern only when there is a value for it', () => {
    expect(mapConnectorClaims(oidc('^[$', 'a'), { groups: [] }).warnings).toEqual([]);
    expect(mapConnectorClaims(oidc('^[$', 'a'), { groups: ['x'] }).warnings).toHaveLength(1);
  });

  it('reads name for claim, as some guides write it', () => {
    const spec = { claims_to_roles: [{ name: 'groups', value: 'a', roles: 'r' }] };
    expect(mapConnectorClaims({ kind: 'oidc', spec }, { groups: 'a' }).roles).toEqual(['r']);
  });

  describe('for GitHub', () => {
    const connector: AuthConnector = {
      kind: 'github',
      spec: {
        teams_to_roles: [
          { organization: 'octo', team: '*', roles: ['any'] },
          { organization: 'octo', team: 'devs', roles: ['dev'] },
          { team: 'devs', roles: ['nobody'] },
        ],
      },
    };

    it('takes * for a name, and for any team only on request', () => {
      expect(mapConnectorClaims(connector, { octo: ['devs'] }).roles).toEqual(['dev']);
      const anyTeam = (claims: object) =>
        mapConnectorClaims(connector, { ...claims }, { anyTeam: true }).roles;
      expect(anyTeam({ octo: ['devs'] })).toEqual(['any', 'dev']);
      expect(anyTeam({ octo: [] })).toEqual([]);
      expect(anyTeam({ other: ['devs'] })).toEqual([]);
    });

    it('keeps organizations and teams under names of their own', () => {
      const { traits } = mapConnectorClaims(connector, { logins: ['root'], octo: ['devs'] });
      expect(traits).toEqual({ github_orgs: ['logins', 'octo'], github_teams: ['root', 'devs'] });
    });
  });
});

import { describe, expect, it } from 'vitest';
import { canRequestRole, compileRole, createAccessRequest } from '../../src/index.js';
import { NOW, role, roleSet, user } from '../support/make.js';
import { asking, create, errorOf, HOUR, later, query, requester } from '../support/requests.js';

describe('canRequestRole', () => {
  it('takes matchers, claims and denials', () => {
    const claims_to_roles = [
      { claim: 'team', value: '^(.*)-lead$', roles: ['$1-admin', 'base-*'] },
    ];
    const roles = roleSet(
      [
        role('a', {
          allow: { request: { claims_to_roles } },
          deny: { request: { roles: ['{{regexp.match("^base-x")}}'] } },
        }),
      ],
      user({ team: ['core-lead'] }),
    );
    expect(canRequestRole(roles, 'core-admin')).toBe(true);
    expect(canRequestRole(roles, 'base-1')).toBe(true);
    expect(canRequestRole(roles, 'base-x1')).toBe(false);
    expect(canRequestRole(roles, 'other')).toBe(false);
  });

  it('takes a text that came from a claim literally', () => {
    const claims_to_roles = [{ claim: 'team', value: '*', roles: ['$1'] }];
    const roles = roleSet(
      [role('a', { allow: { request: { claims_to_roles } } })],
      user({ team: ['*'] }),
    );
    expect(canRequestRole(roles, 'admin')).toBe(false);
    expect(canRequestRole(roles, '*')).toBe(true);
  });

  it.each(['allow', 'deny'] as const)(
    'refuses everything when a matcher under %s is broken',
    (side) => {
      const good = asking({ roles: ['*'] });
      const broken = role('broken', { [side]: { request: { roles: ['{{x}}'] } } });
      expect(canRequestRole(roleSet([good, broken]), 'admin')).toBe(false);
    },
  );
});

describe('createAccessRequest', () => {
  it('makes a pending request with the default threshold and the shortest time', () => {
    expect(create(requester({ roles: ['admin'] }))).toMatchObject({
      metadata: { expires: later(HOUR).toISOString() },
      spec: {
        user: 'dana',
        roles: ['admin'],
        state: 'PENDING',
        expires: later(2 * HOUR).toISOString(),
      },
      approval: {
        thresholds: [{ name: 'default', approve: 1, deny: 1 }],
        roleThresholds: { admin: [[0]] },
        reviews: [],
      },
    });
  });

  it('refuses roles that are unknown or may not be requested, and an empty request', () => {
    const roles = requester({ roles: ['admin', 'ghost'] });
    const refuse = (names: string[]) =>
      errorOf(createAccessRequest(roles, { ...query, roles: names }));
    expect(refuse(['secret'])).toBe('not-allowed');
    expect(refuse(['ghost'])).toBe('unknown-role');
    expect(refuse([])).toBe('nothing-requested');
  });

  it('asks for everything that may be requested and is not held', () => {
    const request = create(requester({ roles: ['a*'] }), { roles: ['*'] });
    expect(request.spec.roles).toEqual(['admin', 'aws-ro']);
  });

  it('wants a reason when a held role does', () => {
    for (const roles of [
      requester({ roles: ['admin'] }, { request_access: 'reason' }),
      requester({ roles: ['admin'], reason: { mode: 'required' } }),
    ]) {
      expect(errorOf(createAccessRequest(roles, query))).toBe('reason-required');
      expect(errorOf(createAccessRequest(roles, { ...query, reason: ' ' }))).toBe(
        'reason-required',
      );
      expect(create(roles, { reason: 'deploy' }).spec.request_reason).toBe('deploy');
    }
  });

  it('gives no more time than the roles and the session have', () => {
    const roles = requester({ roles: ['admin'] });
    const sessionExpires = later(HOUR);
    expect(create(roles, { sessionExpires }).spec.expires).toBe(sessionExpires.toISOString());
    expect(create(roles, { wantedMs: 60_000 }).spec.expires).toBe(later(60_000).toISOString());
    expect(errorOf(createAccessRequest(roles, { ...query, wantedMs: 3 * HOUR }))).toBe('too-long');
    expect(errorOf(createAccessRequest(roles, { ...query, wantedMs: 0 }))).toBe('too-long');
    expect(errorOf(createAccessRequest(roles, { ...query, sessionExpires: NOW }))).toBe('too-long');
  });

  it('gives no more than 30 hours, whatever the role says', () => {
    const wide = compileRole(role('wide', { options: { max_session_ttl: '100h' } }));
    const request = create(requester({ roles: ['wide'] }), { roles: ['wide'], catalogue: [wide] });
    expect(request.spec.expires).toBe(later(30 * HOUR).toISOString());
  });

  it('turns a request for resources into the roles to search as', () => {
    const roles = roleSet([
      asking({ search_as_roles: ['aws-ro', 'secret'] }),
      role('no', { deny: { request: { search_as_roles: ['secret'] } } }),
    ]);
    const resourceIds = [{ cluster: 'main', kind: 'app', name: 'awsconsole' }];
    const { spec, approval } = create(roles, { roles: [], resourceIds });
    expect(spec).toMatchObject({ roles: ['aws-ro'], requested_resource_ids: resourceIds });
    expect(approval.roleThresholds['aws-ro']).toEqual([[0]]);
  });

  it('adds annotations and suggested reviewers of the roles held', () => {
    const request = {
      roles: ['admin'],
      annotations: { team: ['{{external.team}}', 'x'] },
      suggested_reviewers: ['kim'],
    };
    const roles = roleSet(
      [asking(request), role('no', { deny: { request: { annotations: { team: ['x'] } } } })],
      user({ team: ['core'] }),
    );
    const { spec, approval } = create(roles);
    expect({ ...approval.annotations }).toEqual({ team: ['core'] });
    expect(spec.suggested_reviewers).toEqual(['kim']);
  });
});

describe('patterns that would take too much work', () => {
  const heavy = `{{regexp.match("^${'(a+)+'.repeat(50)}$")}}`;
  const long = 'a'.repeat(5000);

  it('refuse a request, also under deny', () => {
    expect(canRequestRole(roleSet([asking({ roles: [heavy] })]), long)).toBe(false);
    const denying = role('no', { deny: { request: { roles: [heavy] } } });
    expect(canRequestRole(roleSet([asking({ roles: ['*'] }), denying]), long)).toBe(false);
    expect(canRequestRole(roleSet([asking({ roles: ['*'] }), denying]), 'b')).toBe(true);
  });

  it('refuse a matcher that claims spell wrongly', () => {
    const claims_to_roles = [{ claim: 'team', value: 'x', roles: ['{{broken'] }];
    const roles = roleSet(
      [role('a', { allow: { request: { claims_to_roles } } })],
      user({ team: ['x'] }),
    );
    expect(canRequestRole(roles, 'anything')).toBe(false);
  });
});

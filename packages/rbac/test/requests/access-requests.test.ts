import { loadResources } from '@postern/config';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequestQuery,
  canRequestRole,
  compileRole,
  createAccessRequest,
  type RoleConditions,
  resolveRequestedRoles,
  reviewAccessRequest,
} from '../../src/index.js';
import { NOW, role, roleSet, user } from '../support/make.js';

const HOUR = 3_600_000;
const later = (ms: number) => new Date(NOW.getTime() + ms);
const asking = (request: RoleConditions['request'], options = {}) =>
  role('asker', { allow: { request }, options });
const requester = (request: RoleConditions['request'], options = {}) =>
  roleSet([asking(request, options)]);
const reviewing = (review_requests: RoleConditions['review_requests'], name: string, traits = {}) =>
  roleSet([role('reviewer', { allow: { review_requests } })], user(traits, name));
const catalogue = [
  role('admin', { options: { max_session_ttl: '2h' } }),
  role('aws-ro'),
  role('asker'),
  role('secret'),
].map((one) => compileRole(one));
const query: AccessRequestQuery = { name: 'r1', roles: ['admin'], catalogue, now: NOW };
const create = (roles: ReturnType<typeof requester>, more: Partial<AccessRequestQuery> = {}) => {
  const result = createAccessRequest(roles, { ...query, ...more });
  if ('error' in result) throw new Error(result.error);
  return result.request;
};
const errorOf = (result: object) => ('error' in result ? result.error : undefined);

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

describe('reviewAccessRequest', () => {
  const thresholds = [
    { name: 'peers', approve: 2, deny: 1 },
    { name: 'lead', filter: 'contains(reviewer.traits["level"], "lead")', approve: 1, deny: 1 },
  ];
  const pending = create(requester({ roles: ['admin'], thresholds }));
  const yes = { state: 'APPROVED', now: NOW } as const;
  const review = (
    request: typeof pending,
    reviewer: ReturnType<typeof reviewing>,
    verdict: 'APPROVED' | 'DENIED' = 'APPROVED',
  ) => {
    const result = reviewAccessRequest(request, reviewer, {
      state: verdict,
      now: NOW,
      reason: 'ok',
    });
    if ('error' in result) throw new Error(result.error);
    return result.request;
  };

  it('approves by two peers, or by one lead', () => {
    const kim = reviewing({ roles: ['admin'] }, 'kim');
    const lee = reviewing({ roles: ['*'] }, 'lee');
    const once = review(pending, kim);
    expect(once.spec.state).toBe('PENDING');
    const twice = review(once, lee);
    expect(twice.spec).toMatchObject({ state: 'APPROVED', resolve_reason: 'ok' });
    expect(resolveRequestedRoles(twice, NOW)).toEqual(['admin']);
    expect(resolveRequestedRoles(twice, later(2 * HOUR))).toEqual([]);
    expect(resolveRequestedRoles(once, NOW)).toEqual([]);
    const lead = reviewing({ roles: ['admin'] }, 'max', { level: ['lead'] });
    expect(review(pending, lead).spec.state).toBe('APPROVED');
  });

  it('denies at once, and keeps what is resolved', () => {
    const denied = review(pending, reviewing({ roles: ['admin'] }, 'kim'), 'DENIED');
    expect(denied.spec.state).toBe('DENIED');
    const after = review(denied, reviewing({ roles: ['admin'] }, 'max', { level: ['lead'] }));
    expect(after).toMatchObject({
      spec: { state: 'DENIED' },
      approval: { reviews: [{ author: 'kim' }, { author: 'max' }] },
    });
  });

  it('leaves a document that loads, once what was said about it is taken off', () => {
    for (const request of [
      pending,
      review(pending, reviewing({ roles: ['*'] }, 'kim'), 'DENIED'),
    ]) {
      const { approval, ...document } = request;
      const { resources, diagnostics } = loadResources([{ text: JSON.stringify(document) }]);
      expect(diagnostics).toEqual([]);
      const [loaded] = resources.filter((one) => one.kind === 'access_request');
      expect(loaded?.spec.state).toBe(request.spec.state);
      expect(approval.thresholds).toHaveLength(2);
    }
  });

  it('refuses own, second, late and uncovered reviews', () => {
    const kim = reviewing({ roles: ['admin'] }, 'kim');
    const refuse = (request: typeof pending, reviewer: typeof kim, now = NOW) =>
      errorOf(reviewAccessRequest(request, reviewer, { ...yes, now }));
    expect(refuse(pending, reviewing({ roles: ['*'] }, 'dana'))).toBe('own-request');
    expect(refuse(review(pending, kim), kim)).toBe('already-reviewed');
    expect(refuse(pending, kim, later(HOUR))).toBe('expired');
    expect(refuse(pending, reviewing({ roles: ['other'] }, 'kim'))).toBe('not-allowed');
  });

  it('looks at conditions, denials first, and refuses for broken ones', () => {
    const allowed = (parts: object) => {
      const reviewer = roleSet([role('r', parts)], user({ team: ['core'] }, 'kim'));
      return errorOf(reviewAccessRequest(pending, reviewer, yes)) === undefined;
    };
    const all = { roles: ['*'] };
    const where = (text: string) => ({ ...all, where: text });
    expect(
      allowed({ allow: { review_requests: where('contains(reviewer.traits["team"], "core")') } }),
    ).toBe(true);
    expect(allowed({ allow: { review_requests: where('contains(request.roles, "nope")') } })).toBe(
      false,
    );
    expect(allowed({ allow: { review_requests: where('user.metadata.name == "kim"') } })).toBe(
      false,
    );
    expect(
      allowed({
        allow: { review_requests: all },
        deny: { review_requests: where('contains(request.roles, "admin")') },
      }),
    ).toBe(false);
    expect(
      allowed({
        allow: { review_requests: all },
        deny: { review_requests: where('contains(request.roles, "nope")') },
      }),
    ).toBe(true);
    expect(
      allowed({ allow: { review_requests: all }, deny: { review_requests: where('broken(') } }),
    ).toBe(false);
  });

  it('never approves a request that says not how many have to agree', () => {
    const bare = { metadata: { name: 'r' }, spec: { user: 'dana', roles: 'admin' } };
    const result = reviewAccessRequest(bare, reviewing({ roles: ['*'] }, 'kim'), yes);
    expect(result).toMatchObject({ request: { spec: { state: 'PENDING', roles: ['admin'] } } });
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

import { loadResources } from '@postern/config';
import { describe, expect, it } from 'vitest';
import {
  type RoleConditions,
  resolveRequestedRoles,
  reviewAccessRequest,
} from '../../src/index.js';
import { NOW, role, roleSet, user } from '../support/make.js';
import { create, errorOf, HOUR, later, requester } from '../support/requests.js';

const reviewing = (review_requests: RoleConditions['review_requests'], name: string, traits = {}) =>
  roleSet([role('reviewer', { allow: { review_requests } })], user(traits, name));

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

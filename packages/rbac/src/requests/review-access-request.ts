import { RbacError } from '../errors.js';
import { parsed } from '../role/compiled-role.js';
import { namesHeld, type Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import { listOf } from '../text-list.js';
import { timeOf, timeText } from '../times.js';
import { compileWhere, type WhereContext } from '../where/compile-where.js';
import type {
  AccessRequest,
  AccessRequestDocument,
  RequestApproval,
  RequestReview,
} from './access-request.js';
import { namesRole } from './can-request-role.js';
import { resolveRequestState } from './resolve-request-state.js';

/** A verdict on a request. */
export interface AccessRequestReviewQuery {
  readonly state: 'APPROVED' | 'DENIED';
  readonly now: Date;
  /** Shown to the requester. Default: none. */
  readonly reason?: string | undefined;
  /** Notes that threshold filters can look at. Default: none. */
  readonly annotations?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Why a review does not count. */
export type ReviewRefusal =
  | 'own-request'
  | 'not-allowed'
  | 'already-reviewed'
  | 'expired'
  | 'invalid-time';

/** The request with the review added and its state worked out, or why the review was refused. */
export type ReviewResult =
  | { readonly request: AccessRequest }
  | { readonly error: ReviewRefusal; readonly message: string };

/**
 * Adds a review to a request. Nobody reviews an own request or the same one twice; the reviewer's roles must allow a review
 * of every role asked for, and none may deny one. After the request is resolved a review is stored without effect.
 * Never throws and never changes the request given.
 *
 * @param request - the request as it stands
 * @param reviewer - the roles of the reviewer
 *
 * @example
 * ```ts
 * declare const request: AccessRequest;
 * declare const reviewer: RoleSet;
 * const result = reviewAccessRequest(request, reviewer, { state: 'APPROVED', now: new Date() });
 * const state = 'request' in result ? result.request.spec.state : result.error;
 * ```
 */
export function reviewAccessRequest(
  request: AccessRequestDocument,
  reviewer: RoleSet,
  query: AccessRequestReviewQuery,
): ReviewResult {
  const full = complete(request);
  const { spec, metadata, approval } = full;
  const { state, now, reason } = query;
  const { reviews, thresholds, roleThresholds } = approval;
  const created = timeText(now, 0);
  if (created === undefined) return refuse('invalid-time', 'The time of the review is no time');
  if (spec.user === reviewer.user) return refuse('own-request', 'Nobody reviews an own request');
  if (reviews.some(({ author }) => author === reviewer.user)) {
    return refuse('already-reviewed', 'This person has reviewed the request already');
  }
  if (metadata.expires !== undefined && !(timeOf(metadata.expires) > now.getTime())) {
    return refuse('expired', 'The time for reviews is over');
  }
  const plan = reviewer[planOf];
  const context = contextOf(full, plan, query);
  if (!mayReview(plan, spec.roles, context)) {
    return refuse('not-allowed', 'No role of this person covers all roles asked for');
  }
  const review: RequestReview = {
    author: reviewer.user,
    state,
    thresholdIndexes: thresholds.flatMap(({ filter }, index) => {
      return filter === undefined || filter === '' || holds(filter, context) ? [index] : [];
    }),
    reason,
    created,
  };
  const all = [...reviews, review];
  const reviewed = { ...full, approval: { ...approval, reviews: all } };
  if (spec.state !== 'PENDING') return { request: reviewed };
  const resolved = resolveRequestState({ thresholds, roleThresholds, reviews: all });
  const resolve_reason = resolved === 'PENDING' ? spec.resolve_reason : reason;
  return { request: { ...reviewed, spec: { ...spec, state: resolved, resolve_reason } } };
}

/** A request from elsewhere without thresholds cannot be approved: nobody said how many have to agree. */
function complete({ metadata, spec, approval }: AccessRequestDocument): AccessRequest {
  const { state = 'PENDING' } = spec;
  const suggested_reviewers = listOf(spec.suggested_reviewers);
  const roles = listOf(spec.roles);
  return {
    kind: 'access_request',
    version: 'v3',
    metadata,
    spec: { ...spec, roles, state, suggested_reviewers },
    approval: approval ?? NO_APPROVAL,
  };
}

const NO_APPROVAL: RequestApproval = Object.freeze({
  thresholds: [],
  roleThresholds: {},
  annotations: {},
  reviews: [],
});

function contextOf(
  { spec, approval }: AccessRequest,
  plan: Plan,
  { reason = '', annotations = {} }: AccessRequestReviewQuery,
): WhereContext {
  const { roles: asked, request_reason: why = '' } = spec;
  return {
    reviewer: { roles: namesHeld(plan), traits: plan.user.traits },
    review: { reason, annotations },
    request: { roles: asked, reason: why, system_annotations: approval.annotations },
  };
}

/** Deny rules first; a broken matcher or condition refuses. */
function mayReview(plan: Plan, asked: readonly string[], context: WhereContext): boolean {
  const { traits } = plan.user;
  for (const { role } of plan.roles) {
    const { where } = role[parsed].deny.review;
    for (const name of asked) {
      const named = namesRole(role, 'deny', 'review', traits, name);
      if (named === 'broken') return false;
      if (!named) continue;
      if (where === undefined || where === 'broken') return false;
      const result = where.evaluate(context);
      if ('error' in result || result.value) return false;
    }
  }
  return asked.every((name) => {
    return plan.roles.some(({ role }) => {
      const { where } = role[parsed].allow.review;
      if (namesRole(role, 'allow', 'review', traits, name) !== true) return false;
      if (where === undefined) return true;
      const result = where === 'broken' ? undefined : where.evaluate(context);
      return result !== undefined && 'value' in result && result.value;
    });
  });
}

/** A filter that does not parse or fails is met by no review. */
function holds(filter: string, context: WhereContext): boolean {
  try {
    const result = compileWhere(filter, { scope: 'review' }).evaluate(context);
    return 'value' in result && result.value;
  } catch (error) {
    if (error instanceof RbacError) return false;
    throw error;
  }
}

function refuse(error: ReviewRefusal, message: string): ReviewResult {
  return { error, message: `${message}.` };
}

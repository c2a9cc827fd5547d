import type { CompiledRole } from '../role/compiled-role.js';
import { parsed } from '../role/compiled-role.js';
import type { Plan } from '../role/plan.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import { timeText } from '../times.js';
import type { AccessRequest, RequestedResource } from './access-request.js';
import { requestingRoles } from './can-request-role.js';
import { collectThresholds } from './collect-thresholds.js';

/** A wish for roles. */
export interface AccessRequestQuery {
  /** Name of the new request, unique; ids are for the caller to make. */
  readonly name: string;
  /** Roles asked for; `*` stands for every role that may be asked for and is not held. */
  readonly roles: readonly string[];
  /** All roles there are. */
  readonly catalogue: readonly CompiledRole[];
  readonly now: Date;
  /** Why. Required when a held role says so. Default: none. */
  readonly reason?: string | undefined;
  /** Resources to limit the session to; without roles, the held `search_as_roles` are asked for. Default: none. */
  readonly resourceIds?: readonly RequestedResource[] | undefined;
  /** How long the roles are wanted, in milliseconds. Default: as long as permitted. */
  readonly wantedMs?: number | undefined;
  /** End of the requester's session. Default: none. */
  readonly sessionExpires?: Date | undefined;
  /** How long the request can be reviewed, in milliseconds. Default one hour. */
  readonly pendingMs?: number | undefined;
  /** People to ask. Default: those the held roles suggest. */
  readonly suggestedReviewers?: readonly string[] | undefined;
}

/** Why there is no request. */
export type AccessRequestRefusal =
  | 'nothing-requested'
  | 'unknown-role'
  | 'not-allowed'
  | 'reason-required'
  | 'too-long'
  | 'invalid-time';

/** The new, pending request, or why there is none. */
export type AccessRequestResult =
  | { readonly request: AccessRequest }
  | { readonly error: AccessRequestRefusal; readonly message: string };

const DEFAULT_PENDING_MS = 3_600_000;
const MAX_GRANTED_MS = 30 * 3_600_000;

/**
 * Makes a pending request when the roles held permit it. The granted time is the shortest of 30 hours, the rest of the
 * session and the `max_session_ttl` of each role asked for; wanting more is refused. Never throws.
 *
 * @param roles - the roles of the requester
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * declare const catalogue: readonly CompiledRole[];
 * const query = { name: 'request-1', roles: ['admin'], catalogue, now: new Date() };
 * const result = createAccessRequest(roles, query);
 * if ('error' in result) throw new Error(result.message);
 * const { approval, ...document } = result.request; // store both and ask for reviews
 * ```
 */
export function createAccessRequest(
  roles: RoleSet,
  query: AccessRequestQuery,
): AccessRequestResult {
  const plan = roles[planOf];
  const { catalogue, now, reason = '', resourceIds = [], wantedMs } = query;
  const byName = new Map(catalogue.map((role) => [role.name, role]));
  const names = requestedNames(roles, query, byName);
  if (names.length === 0) return refuse('nothing-requested', 'The request asks for no role');
  const wanted: CompiledRole[] = [];
  for (const name of names) {
    const role = byName.get(name);
    if (role === undefined)
      return refuse('unknown-role', `There is no role ${JSON.stringify(name)}`);
    const viaSearch = query.roles.length === 0;
    if (!viaSearch && requestingRoles(plan, name).length === 0) {
      return refuse('not-allowed', `Role ${JSON.stringify(name)} may not be requested`);
    }
    wanted.push(role);
  }
  const asker = reasonAsker(plan, names);
  if (asker !== undefined && reason.trim() === '') {
    return refuse('reason-required', `Role ${JSON.stringify(asker.name)} asks for a reason`);
  }
  const limit = grantLimit(wanted, query);
  const created = timeText(now, 0);
  const reviewable = timeText(now, query.pendingMs ?? DEFAULT_PENDING_MS);
  const expires = timeText(now, wantedMs ?? limit);
  if (created === undefined || reviewable === undefined || expires === undefined) {
    return refuse('invalid-time', 'The request would begin or end at a time that does not exist');
  }
  if (!(limit > 0)) return refuse('too-long', 'The session is over');
  if (wantedMs !== undefined && !(wantedMs > 0 && wantedMs <= limit)) {
    return refuse('too-long', `At most ${Math.floor(limit / 1000)} seconds may be asked for`);
  }
  const request: AccessRequest = {
    kind: 'access_request',
    version: 'v3',
    metadata: { name: query.name, expires: reviewable },
    spec: {
      user: plan.user.name,
      roles: names,
      state: 'PENDING',
      created,
      expires,
      request_reason: reason === '' ? undefined : reason,
      requested_resource_ids: resourceIds.length === 0 ? undefined : resourceIds,
      suggested_reviewers: query.suggestedReviewers ?? suggestedReviewers(plan, names),
    },
    approval: { ...collectThresholds(plan, names), annotations: annotations(plan), reviews: [] },
  };
  return { request };
}

/** A held role that wants a reason: for any request, or for one of these roles. */
function reasonAsker(plan: Plan, names: readonly string[]): CompiledRole | undefined {
  const always = plan.roles.find(({ role }) => role.requestAccess === 'reason');
  return (
    always?.role ??
    names
      .flatMap((name) => requestingRoles(plan, name))
      .find((role) => role[parsed].allow.request.needsReason)
  );
}

function requestedNames(
  roles: RoleSet,
  { roles: asked, resourceIds = [] }: AccessRequestQuery,
  catalogue: ReadonlyMap<string, CompiledRole>,
): readonly string[] {
  const plan = roles[planOf];
  if (asked.length === 0 && resourceIds.length > 0) return searchableRoles(plan);
  if (!asked.includes('*')) return [...new Set(asked)];
  const held = new Set(roles.roles);
  const all = [...catalogue.keys()].filter((name) => !held.has(name));
  return all.filter((name) => requestingRoles(plan, name).length > 0);
}

function searchableRoles(plan: Plan): readonly string[] {
  const of = (side: 'allow' | 'deny') => {
    return plan.roles.flatMap(({ role }) => role[parsed][side].request.searchAsRoles);
  };
  const denied = new Set(of('deny'));
  return [...new Set(of('allow'))].filter((name) => !denied.has(name));
}

function grantLimit(
  wanted: readonly CompiledRole[],
  { sessionExpires, now }: AccessRequestQuery,
): number {
  const rest =
    sessionExpires === undefined ? MAX_GRANTED_MS : sessionExpires.getTime() - now.getTime();
  return Math.min(MAX_GRANTED_MS, rest, ...wanted.map(({ maxSessionTtlMs }) => maxSessionTtlMs));
}

function suggestedReviewers(plan: Plan, names: readonly string[]): readonly string[] {
  const granting = names.flatMap((name) => requestingRoles(plan, name));
  return [...new Set(granting.flatMap((role) => role[parsed].allow.request.suggestedReviewers))];
}

function annotations(plan: Plan): Readonly<Record<string, readonly string[]>> {
  const result: Record<string, readonly string[]> = Object.create(null);
  const each = (
    side: 'allow' | 'deny',
    take: (name: string, values: readonly string[]) => void,
  ) => {
    for (const { role } of plan.roles) {
      for (const [name, templates] of role[parsed][side].request.annotations) {
        const values = templates.flatMap((template) => {
          const expansion = template.expand(plan.user.traits);
          return 'values' in expansion ? expansion.values : [];
        });
        take(name, values);
      }
    }
  };
  each('allow', (name, values) => {
    result[name] = [...new Set([...(result[name] ?? []), ...values])];
  });
  each('deny', (name, values) => {
    result[name] = (result[name] ?? []).filter((value) => !values.includes(value));
  });
  return result;
}

function refuse(error: AccessRequestRefusal, message: string): AccessRequestResult {
  return { error, message: `${message}.` };
}

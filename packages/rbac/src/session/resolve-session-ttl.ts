import type { RoleSet } from '../role/role-set.js';
import { reportSessionTtl, type SessionTtlQuery } from './report-session-ttl.js';

/**
 * The length a session may have, in milliseconds: what was asked for, cut to the shortest `max_session_ttl` of all roles held,
 * whether or not they grant the app, and to the rest of the session it hangs on. A role that sets none counts as 30 hours.
 *
 * @param roles - the roles of the user
 *
 * @example
 * ```ts
 * declare const roles: RoleSet;
 * const milliseconds = resolveSessionTtl(roles, { requestedMs: 8 * 3_600_000, now: new Date() });
 * ```
 */
export function resolveSessionTtl(roles: RoleSet, query: SessionTtlQuery): number {
  return reportSessionTtl(roles, query).ttlMs;
}

import { planOf, type RoleSet } from '../role/role-set.js';

/** Length of a session when nothing is asked for: 12 hours. */
export const DEFAULT_SESSION_TTL_MS = 12 * 3_600_000;

/** A question about the length of a session. */
export interface SessionTtlQuery {
  /** Length asked for, in milliseconds. Default: 12 hours. */
  readonly requestedMs?: number | undefined;
  /** End of the session this one hangs on. Default: none. */
  readonly sessionExpires?: Date | undefined;
  readonly now: Date;
}

/** What limits a session. */
export interface SessionTtlReport {
  /** Length permitted, in milliseconds; at least 0. */
  readonly ttlMs: number;
  /** Who set it: the request itself, the session it hangs on, or a role. */
  readonly limitedBy: 'request' | 'session' | 'role';
  /** Name of the role, when a role set it. */
  readonly role?: string | undefined;
  /** What each role permits, the shortest first, in milliseconds. */
  readonly roles: readonly { readonly role: string; readonly maxSessionTtlMs: number }[];
}

/**
 * Tells how long a session may be and which role, session or request set that length: the request, cut to the shortest
 * `max_session_ttl` of all roles held and to the rest of the session it hangs on.
 *
 * @param roles - the roles of the user
 */
export function reportSessionTtl(roles: RoleSet, query: SessionTtlQuery): SessionTtlReport {
  const { requestedMs = DEFAULT_SESSION_TTL_MS, sessionExpires, now } = query;
  const limits = roles[planOf].roles
    .map(({ role }) => ({ role: role.name, maxSessionTtlMs: role.maxSessionTtlMs }))
    .filter(({ maxSessionTtlMs }) => Number.isFinite(maxSessionTtlMs))
    .sort((a, b) => a.maxSessionTtlMs - b.maxSessionTtlMs);
  const [shortest] = limits;
  let ttlMs = requestedMs;
  let limitedBy: SessionTtlReport['limitedBy'] = 'request';
  if (shortest !== undefined && shortest.maxSessionTtlMs < ttlMs) {
    ttlMs = shortest.maxSessionTtlMs;
    limitedBy = 'role';
  }
  const rest = sessionExpires === undefined ? ttlMs : sessionExpires.getTime() - now.getTime();
  // Written so that a time that is no number limits too.
  if (!(rest >= ttlMs)) {
    ttlMs = rest;
    limitedBy = 'session';
  }
  const role = limitedBy === 'role' ? shortest?.role : undefined;
  return { ttlMs: Number.isNaN(ttlMs) ? 0 : Math.max(ttlMs, 0), limitedBy, role, roles: limits };
}

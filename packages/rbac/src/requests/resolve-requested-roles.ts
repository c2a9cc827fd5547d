import { listOf } from '../text-list.js';
import { timeOf } from '../times.js';
import type { AccessRequestDocument } from './access-request.js';

/**
 * The roles a request adds to a session at a time: those asked for while it is approved and not over, otherwise none.
 *
 * @param request - the request
 * @param now - the time; at the instant of its expiry the request is over
 *
 * @example
 * ```ts
 * declare const requests: readonly AccessRequest[];
 * const names = requests.flatMap((request) => resolveRequestedRoles(request, new Date()));
 * ```
 */
export function resolveRequestedRoles(
  request: AccessRequestDocument,
  now: Date,
): readonly string[] {
  const { state, roles, expires } = request.spec;
  if (state !== 'APPROVED') return [];
  // An expiry that cannot be read grants nothing.
  if (expires !== undefined && !(timeOf(expires) > now.getTime())) return [];
  return listOf(roles);
}

import { FederationError } from '../errors.js';
import { formatRoleSessionName } from '../session/role-session-name.js';
import type { RoleSessionRequest } from './role-session-request.js';

/**
 * Checks what would make two different requests look alike in the cache key, before the key is made: JSON knows
 * neither NaN nor Infinity nor dates that are none.
 *
 * @returns the session name
 * @throws FederationError `invalid-username`, `invalid-duration`
 */
export function checkSessionRequest(request: RoleSessionRequest): string {
  // Also where the session has a name of its own: a session without a user belongs to nobody, so to everybody.
  const fromIdentity = formatRoleSessionName(request.identity);
  const { identityExpires: end } = request;
  for (const [name, value] of [
    ['requestedSeconds', request.requestedSeconds],
    ['roleMaxSessionSeconds', request.roleMaxSessionSeconds],
    ['identityExpires', end instanceof Date || end === undefined ? end?.getTime() : Number.NaN],
  ] as const) {
    if (value === undefined || Number.isFinite(value)) continue;
    throw new FederationError({
      code: 'invalid-duration',
      message: `The member ${name} of the session request is no ${name === 'identityExpires' ? 'valid date' : 'finite number'}.`,
    });
  }
  return request.roleSessionName ?? fromIdentity;
}

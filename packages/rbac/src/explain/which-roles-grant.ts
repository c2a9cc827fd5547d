import { evaluateRoleArn } from '../access/evaluate-state.js';
import type { App, User } from '../resource-types.js';
import type { CompiledRole } from '../role/compiled-role.js';
import { createRoleSet } from '../role/create-role-set.js';
import { planOf } from '../role/role-set.js';

/** A question about roles nobody may hold yet. */
export interface WhichRolesQuery {
  /** Whose traits are filled in. */
  readonly user: User;
  readonly app: App;
  readonly roleArn: string;
}

/**
 * The roles that, held alone, would grant an AWS role of an app once MFA is done. Denials of other roles are not
 * looked at, so this answers "which role do I have to ask for".
 *
 * @param roles - the roles to try
 */
export function whichRolesGrant(
  roles: readonly CompiledRole[],
  query: WhichRolesQuery,
): readonly CompiledRole[] {
  const { user, app, roleArn } = query;
  return roles.filter((role) => {
    const plan = createRoleSet([role], user)[planOf];
    return evaluateRoleArn(plan, app, roleArn, { mfaVerified: true }).decision === 'allow';
  });
}

import type { AccessDecision } from '../access/decision.js';
import { evaluateRoleArn } from '../access/evaluate-state.js';
import type { App } from '../resource-types.js';
import { planOf, type RoleSet } from '../role/role-set.js';
import { describeDecision } from './describe-decision.js';

/** Somebody who can assume an AWS role. */
export interface PossibleUser {
  /** Name of the user. */
  readonly user: string;
  /** Roles that grant it, in the order held. */
  readonly roles: readonly string[];
  /** Whether MFA has to be done for the session. */
  readonly needsMfa: boolean;
  /** Whether it has to be a trusted device, where devices are checked. */
  readonly needsDevice: boolean;
  /** The decision with MFA done and a trusted device. */
  readonly decision: AccessDecision;
}

/**
 * Tells who of a number of users can assume an AWS role through an app, and through which of their roles. Locks are not
 * looked at.
 *
 * @param roleSets - one set for each user
 * @param app - the app
 * @param roleArn - ARN of the AWS role
 */
export function whoCanAssume(
  roleSets: Iterable<RoleSet>,
  app: App,
  roleArn: string,
): readonly PossibleUser[] {
  const found: PossibleUser[] = [];
  for (const roles of roleSets) {
    const plan = roles[planOf];
    const ready = { mfaVerified: true, deviceVerified: true, enableDeviceVerification: true };
    const decision = evaluateRoleArn(plan, app, roleArn, ready);
    if (decision.decision === 'deny') continue;
    const code = (state: Parameters<typeof evaluateRoleArn>[3]) => {
      return evaluateRoleArn(plan, app, roleArn, state).code;
    };
    found.push({
      user: roles.user,
      roles: describeDecision(decision)
        .roles.filter(({ outcome }) => outcome === 'grants')
        .map(({ role }) => role),
      needsMfa: code({ ...ready, mfaVerified: false }) === 'mfa-required',
      needsDevice: code({ ...ready, deviceVerified: false }) === 'device-required',
      decision,
    });
  }
  return found;
}

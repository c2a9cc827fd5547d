import type { BoundRole } from '../role/plan.js';
import { type AccessDecision, allow, deny } from './decision.js';
import type { AskedOfApp } from './decision-source.js';
import { brokenRole, deniedByArn, deviceWanted, granted, lostValue, mfaWanted } from './reasons.js';

/**
 * The deny pass, then the allow pass, both in the order of the roles. An error ends the decision where it is met:
 * before a grant it denies, after one it does not count any more, unless MFA or the device is still open.
 *
 * @param roleArn - absent: only the app is asked for
 */
export function decide(asked: AskedOfApp, roleArn: string | undefined): AccessDecision {
  const { table, mfaOpen, deviceOpen } = asked;
  const { strictLoss, matching, firstStrictError } = table;
  const [firstError] = table.broken;
  if (strictLoss !== undefined) return deny('bad-role', lostValue(strictLoss), asked, roleArn);
  const denied = denyPass(asked, roleArn);
  if (denied !== undefined) return denied;
  if (firstStrictError !== undefined) return brokenIn(firstStrictError, asked, roleArn);
  let grant: BoundRole | undefined;
  let at = 0;
  for (const role of listing(asked, roleArn)) {
    if (firstError !== undefined && role.index > firstError.index) break;
    // Both lists are in the order of the roles, so one look through the two is enough.
    while ((matching[at]?.index ?? role.index) < role.index) at += 1;
    if (matching[at] !== role) continue;
    if (!mfaOpen && !deviceOpen) return grantBy(role, asked, roleArn);
    if (mfaOpen && role.role.requireSessionMfa) {
      return deny('mfa-required', mfaWanted(role), asked, roleArn);
    }
    if (deviceOpen && role.role.requireTrustedDevice) {
      return deny('device-required', deviceWanted(role), asked, roleArn);
    }
    grant ??= role;
  }
  if (firstError !== undefined) return brokenIn(firstError, asked, roleArn);
  return grant === undefined
    ? deny('no-allow', undefined, asked, roleArn)
    : grantBy(grant, asked, roleArn);
}

function grantBy(role: BoundRole, asked: AskedOfApp, roleArn: string | undefined): AccessDecision {
  role.granted ??= granted(role.role.name);
  return allow(role.granted, asked, roleArn);
}

function brokenIn(role: BoundRole, asked: AskedOfApp, roleArn: string | undefined): AccessDecision {
  return deny('bad-role', brokenRole(role, 'allow', asked.table.labels), asked, roleArn);
}

function denyPass(asked: AskedOfApp, roleArn: string | undefined): AccessDecision | undefined {
  const { table } = asked;
  const { denial } = table;
  const byArn = roleArn !== undefined && table.isAws ? denying(asked, roleArn) : undefined;
  // Of one role the labels are looked at before the ARN.
  if (denial !== undefined && (byArn === undefined || denial.role.index <= byArn.index)) {
    return deny(denial.code, denial.reasons, asked, roleArn);
  }
  return byArn && deny('explicit-deny', deniedByArn(byArn, roleArn), asked, roleArn);
}

/** The first role that denies the ARN. */
function denying({ plan, table }: AskedOfApp, roleArn: string): BoundRole | undefined {
  const exact = plan.denyArns.get(roleArn);
  const { extensions } = plan;
  return extensions === undefined ? exact : extensions.denyingRole(plan, table, roleArn, exact);
}

const NOBODY: readonly BoundRole[] = [];

/** Roles that list the ARN, in order; for other apps and other questions the roles whose labels match. */
function listing({ plan, table }: AskedOfApp, roleArn: string | undefined): readonly BoundRole[] {
  if (roleArn === undefined || !table.isAws) return table.matching;
  const exact = plan.allowArns.get(roleArn) ?? NOBODY;
  const { extensions } = plan;
  return extensions === undefined ? exact : extensions.listingRoles(plan, table, roleArn, exact);
}

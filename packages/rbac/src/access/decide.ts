import type { BoundRole, Plan } from '../role/plan.js';
import type { AppTable } from './app-table.js';
import { type AccessDecision, allow, deny } from './decision.js';
import type { DecisionSource } from './decision-source.js';
import {
  brokenRole,
  deniedByApp,
  deniedByArn,
  deviceWanted,
  lostValue,
  mfaWanted,
} from './reasons.js';

/** The question, after locks, resource list and cluster MFA. */
export interface Question {
  readonly plan: Plan;
  readonly table: AppTable;
  /** Absent: only the app is asked for. */
  readonly roleArn: string | undefined;
  /** Some role wants MFA and it is not done. */
  readonly mfaOpen: boolean;
  /** Devices are checked and this one is unknown. */
  readonly deviceOpen: boolean;
}

/**
 * The deny pass, then the allow pass, both in the order of the roles. An error ends the decision where it is met:
 * before a grant it denies, after one it does not count any more, unless MFA or the device is still open.
 */
export function decide(question: Question): AccessDecision {
  const { plan, table } = question;
  const source: DecisionSource = question;
  if (table.strictLoss !== undefined) return deny('bad-role', lostValue(table.strictLoss), source);
  const denied = denyPass(question);
  if (denied !== undefined) return denied;
  if (table.firstStrictError !== undefined) return brokenIn(table.firstStrictError, question);
  const mayStop = !question.mfaOpen && !question.deviceOpen;
  const { firstError } = table;
  const end = firstError === undefined ? plan.roles.length : firstError.index;
  let grant: BoundRole | undefined;
  for (const role of listing(question)) {
    if (role.index > end) break;
    if (table.status[role.index] !== 1) continue;
    if (mayStop) return allow(role.granted, source);
    if (question.mfaOpen && role.role.requireSessionMfa) {
      return deny('mfa-required', mfaWanted(role), source);
    }
    if (question.deviceOpen && role.role.requireTrustedDevice) {
      return deny('device-required', deviceWanted(role), source);
    }
    grant ??= role;
  }
  if (firstError !== undefined) return brokenIn(firstError, question);
  return grant === undefined ? deny('no-allow', undefined, source) : allow(grant.granted, source);
}

function denyPass(question: Question): AccessDecision | undefined {
  const { table, roleArn } = question;
  const byArn = roleArn === undefined || !table.isAws ? undefined : denying(question, roleArn);
  const { denial } = table;
  // Of one role the labels are looked at before the ARN.
  if (denial !== undefined && (byArn === undefined || denial.role.index <= byArn.role.index)) {
    const { role, isBroken, keys } = denial;
    return isBroken
      ? deny('bad-role', brokenRole(role, 'deny', table.labels), question)
      : deny('explicit-deny', deniedByApp(role, keys, table), question);
  }
  return byArn && deny('explicit-deny', deniedByArn(byArn.role, byArn.roleArn), question);
}

/** The first role that denies the ARN. */
function denying({ plan, table }: Question, roleArn: string) {
  const exact = plan.denyArns.get(roleArn);
  const { extensions } = plan;
  const role =
    extensions === undefined ? exact : extensions.denyingRole(plan, table, roleArn, exact);
  return role && { role, roleArn };
}

const NOBODY: readonly BoundRole[] = [];

/** Roles that list the ARN, in order; for other apps and other questions the roles whose labels match. */
function listing({ plan, table, roleArn }: Question): readonly BoundRole[] {
  if (roleArn === undefined || !table.isAws) return table.candidates;
  const exact = plan.allowArns.get(roleArn) ?? NOBODY;
  const { extensions } = plan;
  return extensions === undefined ? exact : extensions.listingRoles(plan, table, roleArn, exact);
}

function brokenIn(role: BoundRole, question: Question): AccessDecision {
  return deny('bad-role', brokenRole(role, 'allow', question.table.labels), question);
}

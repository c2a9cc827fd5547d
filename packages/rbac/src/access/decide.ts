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
  const denied = denyPass(question, source);
  if (denied !== undefined) return denied;
  if (table.firstStrictError >= 0) return errorIn(plan, table, table.firstStrictError, source);
  const mayStop = !question.mfaOpen && !question.deviceOpen;
  const { firstError } = table;
  let grant: BoundRole | undefined;
  for (const index of listing(question)) {
    if (firstError >= 0 && firstError < index) break;
    const role = plan.roles[index];
    if (role === undefined || table.status[index] !== 1) continue;
    if (mayStop) return allow(role.granted, source);
    if (question.mfaOpen && role.role.requireSessionMfa) {
      return deny('mfa-required', mfaWanted(role), source);
    }
    if (question.deviceOpen && role.role.requireTrustedDevice) {
      return deny('device-required', deviceWanted(role), source);
    }
    grant ??= role;
  }
  if (firstError >= 0) return errorIn(plan, table, firstError, source);
  return grant === undefined ? deny('no-allow', undefined, source) : allow(grant.granted, source);
}

function denyPass(question: Question, source: DecisionSource): AccessDecision | undefined {
  const { plan, table, roleArn } = question;
  const arnIndex = roleArn === undefined || !table.isAws ? -1 : denyingIndex(plan, table, roleArn);
  const { denial } = table;
  // Of one role the labels are looked at before the ARN.
  if (denial !== undefined && (arnIndex < 0 || denial.role.index <= arnIndex)) {
    const { role, kind } = denial;
    return kind === 'error'
      ? deny('bad-role', brokenRole(role, 'deny', table.labels), source)
      : deny('explicit-deny', deniedByApp(role, kind, table), source);
  }
  const role = plan.roles[arnIndex];
  return role && deny('explicit-deny', deniedByArn(role, roleArn ?? ''), source);
}

/** Index of the first role that denies the ARN, -1 for none. */
function denyingIndex(plan: Plan, table: AppTable, roleArn: string): number {
  const exact = plan.denyArns.get(roleArn) ?? -1;
  if (plan.wildDeny.length === 0) return exact;
  return plan.extensions?.denyingIndex(plan, table, roleArn, exact) ?? exact;
}

const NOBODY: readonly number[] = [];

/** Roles that list the ARN, in order; for other apps and other questions the roles whose labels match. */
function listing({ plan, table, roleArn }: Question): readonly number[] {
  if (roleArn === undefined || !table.isAws) return table.candidates;
  const exact = plan.allowArns.get(roleArn) ?? NOBODY;
  if (plan.wildAllow.length === 0) return exact;
  return plan.extensions?.listing(plan, table, roleArn, exact) ?? exact;
}

function errorIn(
  plan: Plan,
  table: AppTable,
  index: number,
  source: DecisionSource,
): AccessDecision {
  const role = plan.roles[index];
  return deny('bad-role', role && brokenRole(role, 'allow', table.labels), source);
}

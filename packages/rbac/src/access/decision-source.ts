import type { Plan } from '../role/plan.js';
import type { AppTable } from './app-table.js';
import type { RuleQuery } from './evaluate-rule.js';

/** What was asked: the roles, the app as it was then, the AWS role, and which checks were still open. */
export interface DecisionSource {
  readonly plan: Plan;
  /** Absent when the decision is about something else than an app. */
  readonly table: AppTable | undefined;
  /** Absent when only the app was asked for. */
  readonly roleArn: string | undefined;
  /** Whether MFA was wanted by some role and not done. */
  readonly mfaOpen: boolean;
  /** Whether devices were checked and this one is unknown. */
  readonly deviceOpen: boolean;
  /** The question, when it was about configuration objects. */
  readonly rule?: RuleQuery | undefined;
}

/** The source of a decision that is about no app. */
export const NO_APP = Object.freeze({
  table: undefined,
  roleArn: undefined,
  mfaOpen: false,
  deviceOpen: false,
});

import type { Plan } from '../role/plan.js';
import type { AppTable } from './app-table.js';
import type { RuleQuery } from './evaluate-rule.js';

/** What was asked but for the AWS role: the roles, the app as it was then, and which checks were still open. */
export interface Asked {
  readonly plan: Plan;
  /** Absent when the decision is about something else than an app. */
  readonly table: AppTable | undefined;
  /** Whether MFA was wanted by some role and not done. */
  readonly mfaOpen: boolean;
  /** Whether devices were checked and this one is unknown. */
  readonly deviceOpen: boolean;
  /** The question, when it was about configuration objects. */
  readonly rule?: RuleQuery | undefined;
}

/** A question about an app, after locks, resource list and cluster MFA. */
export interface AskedOfApp extends Asked {
  readonly table: AppTable;
}

/** The whole question behind a decision. */
export interface DecisionSource extends Asked {
  /** Absent when only the app was asked for. */
  readonly roleArn: string | undefined;
}

/** What is asked when it is about no app. */
export const NO_APP = Object.freeze({ table: undefined, mfaOpen: false, deviceOpen: false });

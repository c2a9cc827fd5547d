import type { AppTable } from '../access/app-table.js';
import type { ReasonCondition } from '../access/decision.js';
import type { DecisionSource } from '../access/decision-source.js';
import { code, plain, quote } from '../access/reasons.js';
import type { BoundConditions, BoundRole } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';
import { brokenLabels, describeLabels } from './describe-labels.js';
import { WatchedLabels } from './watched-labels.js';

/** What one role makes of a question. */
export interface RoleExplanation {
  readonly role: string;
  /** `broken`: it could not be evaluated. `grants-later`: it grants once MFA is done or the device is known. */
  readonly outcome: 'denies' | 'grants' | 'grants-later' | 'lacks' | 'broken';
  /** The side of the role that spoke, or that lacks something. */
  readonly side: 'allow' | 'deny';
  /** What spoke, or the first condition that failed. */
  readonly condition: ReasonCondition;
  /** Name of the label, when the condition is about one. */
  readonly label?: string | undefined;
  /** The value seen: the label of the app, the ARN or the verb asked for; absent when the app has no such label. */
  readonly seen?: string | undefined;
  /** What the role wants instead: values of the selector, the expression, the ARNs it lists for this app, or verbs. */
  readonly wanted: readonly string[];
  /** One sentence. */
  readonly message: string;
  /** Values of the role that were dropped or emptied for this user or this app, and why. */
  readonly lost: readonly SubstitutionWarning[];
}

/** An explanation before the name of the role is put to it. */
export type Finding = Omit<RoleExplanation, 'role' | 'lost'>;

/** How many ARNs a sentence shows. */
const MAX_SHOWN = 5;

/** Looks at one role again, this time for words instead of speed. */
export function describeRole(bound: BoundRole, table: AppTable, source: DecisionSource): Finding {
  const asked = table.isAws ? source.roleArn : undefined;
  return describeDeny(bound, table, asked, source) ?? describeAllow(bound, table, asked, source);
}

function describeDeny(
  { deny, role }: BoundRole,
  table: AppTable,
  roleArn: string | undefined,
  source: DecisionSource,
): Finding | undefined {
  const matched = deny.selector?.match(table.labels);
  const found = { side: 'deny', outcome: 'denies' } as const;
  if (matched === 'match') {
    const wanted =
      deny.selector?.keys.map(({ key, values }) => {
        return `${plain(key)}: ${values.map(plain).join(', ')}`;
      }) ?? [];
    const message = `deny.app_labels (${wanted.join('; ')}) match the app`;
    return { ...found, condition: 'app-labels', wanted, message };
  }
  if (matched === 'error') return brokenLabels('deny', role, deny, table.labels);
  const expression = describeExpression('deny', deny, table, source);
  if (expression?.outcome === 'broken') return expression;
  if (expression?.outcome === 'grants') return { ...expression, outcome: 'denies' };
  if (roleArn === undefined || !listsArn(deny, roleArn, table.appArns.deny.has(roleArn))) {
    return undefined;
  }
  const message = 'deny.aws_role_arns names this AWS role, on whatever app';
  return { ...found, condition: 'aws-role-arns', seen: roleArn, wanted: [], message };
}

function describeAllow(
  bound: BoundRole,
  table: AppTable,
  roleArn: string | undefined,
  source: DecisionSource,
): Finding {
  const { allow, role } = bound;
  const found = { side: 'allow', outcome: 'lacks' } as const;
  if (allow.selector === undefined && allow.expressionText === '') {
    const message = 'it has no allow.app_labels, so it grants no app';
    return { ...found, condition: 'app-labels', wanted: [], message };
  }
  const labels = describeLabels(role, allow, table.labels);
  if (labels?.outcome === 'broken') return labels;
  const expression = describeExpression('allow', allow, table, source);
  if (expression?.outcome === 'broken') return expression;
  if (labels !== undefined) return labels;
  if (expression?.outcome === 'lacks') return expression;
  const listed = arnsFor(bound, table);
  if (roleArn !== undefined && !listsArn(allow, roleArn, listed.includes(roleArn))) {
    const message = `allow.aws_role_arns lists ${shorten(listed)}, not ${quote(roleArn)}`;
    return { ...found, condition: 'aws-role-arns', seen: roleArn, wanted: listed, message };
  }
  return describeGrant(bound, source);
}

function describeGrant({ role }: BoundRole, { mfaOpen, deviceOpen }: DecisionSource): Finding {
  const found = { side: 'allow', wanted: [] } as const;
  if (mfaOpen && role.requireSessionMfa) {
    const message = 'it allows this after MFA for the session';
    return { ...found, outcome: 'grants-later', condition: 'session-mfa', message };
  }
  if (deviceOpen && role.requireTrustedDevice) {
    const message = 'it allows this from a trusted device';
    return { ...found, outcome: 'grants-later', condition: 'trusted-device', message };
  }
  return { ...found, outcome: 'grants', condition: 'granted', message: 'it allows this' };
}

/** `grants` stands for an expression that is true, on either side. */
function describeExpression(
  side: 'allow' | 'deny',
  { expression, expressionText }: BoundConditions,
  table: AppTable,
  { plan }: DecisionSource,
): Finding | undefined {
  if (expressionText === '') return undefined;
  const condition = 'app-labels-expression';
  const found = { side, condition, wanted: [expressionText] } as const;
  const name = `${side}.${condition.replaceAll('-', '_')}`;
  const labels = new WatchedLabels(table.labels);
  const { traits, name: username } = plan.user;
  const result = expression?.evaluate({ labels, traits, username });
  const text = code(expressionText);
  if (result === undefined || 'error' in result) {
    const message = `${name} fails: ${text}: ${result?.message ?? 'it does not parse'}`;
    return { ...found, outcome: 'broken', message };
  }
  const seen = labels.describe();
  const message = `${name} is ${result.value}: ${text}${seen === '' ? '' : ` (${seen})`}`;
  return { ...found, outcome: result.value ? 'grants' : 'lacks', message };
}

/** What a role lists for an app: ARNs, wildcards, and ARNs that come from variables of the app. */
function arnsFor(bound: BoundRole, { appArns }: AppTable): readonly string[] {
  const { allow } = bound;
  const ofApp = [...appArns.allow].filter(([, roles]) => roles.includes(bound));
  const patterns = allow.arnPatterns.map(({ text }) => text);
  return [...new Set([...allow.arns, ...patterns, ...ofApp.map(([arn]) => arn)])];
}

function shorten(arns: readonly string[]): string {
  if (arns.length === 0) return 'no AWS role';
  const shown = arns.slice(0, MAX_SHOWN).map(quote).join(', ');
  return arns.length > MAX_SHOWN ? `${shown} and ${arns.length - MAX_SHOWN} more` : shown;
}

function listsArn(conditions: BoundConditions, roleArn: string, fromApp: boolean): boolean {
  return (
    fromApp ||
    conditions.arns.includes(roleArn) ||
    conditions.arnPatterns.some(({ test }) => test(roleArn))
  );
}

import type { AppTable } from '../access/app-table.js';
import type { ReasonCondition } from '../access/decision.js';
import type { DecisionSource } from '../access/decision-source.js';
import { plain, quote } from '../access/reasons.js';
import type { BoundConditions, BoundRole } from '../role/plan.js';
import type { SubstitutionWarning } from '../role/role-set.js';

/** What one role makes of a question. */
export interface RoleExplanation {
  readonly role: string;
  /** `broken`: it could not be evaluated. `grants-later`: it grants once MFA is done or the device is known. */
  readonly outcome: 'denies' | 'grants' | 'grants-later' | 'lacks' | 'broken';
  /** What spoke, or the first condition that failed. */
  readonly condition: ReasonCondition;
  /** Name of the label, when the condition is about one. */
  readonly label?: string | undefined;
  /** The value seen: the label of the app, or the ARN asked for; absent when the app has no such label. */
  readonly seen?: string | undefined;
  /** What the role wants instead: values of the selector, the expression, or the ARNs it lists. */
  readonly wanted: readonly string[];
  /** One sentence. */
  readonly message: string;
  /** Values of the role that were dropped or emptied for this user, and why. */
  readonly lost: readonly SubstitutionWarning[];
}

type Finding = Omit<RoleExplanation, 'role' | 'lost'>;

/** Looks at one role again, this time for words instead of speed. */
export function describeRole(
  bound: BoundRole,
  table: AppTable,
  source: DecisionSource,
): RoleExplanation {
  const { plan, roleArn } = source;
  const { name } = bound.role;
  const lost = [...plan.warnings, ...table.appArns.lost].filter(({ role }) => role === name);
  const asked = table.isAws ? roleArn : undefined;
  const found =
    describeDeny(bound, table, asked, source) ?? describeAllow(bound, table, asked, source);
  return { role: name, ...found, lost };
}

function describeDeny(
  { deny }: BoundRole,
  table: AppTable,
  roleArn: string | undefined,
  source: DecisionSource,
): Finding | undefined {
  const matched = deny.selector?.match(table.labels);
  const values =
    deny.selector?.keys.map(
      ({ key, values: list }) => `${plain(key)}: ${list.map(plain).join(', ')}`,
    ) ?? [];
  if (matched === 'match') {
    const message = `deny.app_labels (${values.join('; ')}) match the app`;
    return { outcome: 'denies', condition: 'app-labels', wanted: values, message };
  }
  if (matched === 'error') return broken('app-labels', 'deny.app_labels have an invalid pattern');
  const expression = describeExpression(deny, table, source);
  if (expression === 'error') {
    return broken(
      'app-labels-expression',
      `deny.app_labels_expression fails: ${deny.expressionText}`,
    );
  }
  if (expression === true) {
    const message = `deny.app_labels_expression is true: ${deny.expressionText}`;
    const wanted = [deny.expressionText];
    return { outcome: 'denies', condition: 'app-labels-expression', wanted, message };
  }
  if (roleArn === undefined || !listsArn(deny, roleArn, table.appArns.deny.has(roleArn))) {
    return undefined;
  }
  const message = 'deny.aws_role_arns names this AWS role, on whatever app';
  return { outcome: 'denies', condition: 'aws-role-arns', seen: roleArn, wanted: [], message };
}

function describeAllow(
  bound: BoundRole,
  table: AppTable,
  roleArn: string | undefined,
  source: DecisionSource,
): Finding {
  const { allow, index } = bound;
  const { selector, expressionText } = allow;
  if (selector === undefined && expressionText === '') {
    const message = 'it has no allow.app_labels, so it grants no app';
    return { outcome: 'lacks', condition: 'app-labels', wanted: [], message };
  }
  const labels = describeLabels(allow, table);
  if (labels?.outcome === 'broken') return labels;
  const expression = describeExpression(allow, table, source);
  if (expression === 'error') {
    return broken('app-labels-expression', `allow.app_labels_expression fails: ${expressionText}`);
  }
  if (labels !== undefined) return labels;
  if (expression === false) {
    const message = `allow.app_labels_expression is false: ${expressionText}`;
    const wanted = [expressionText];
    return { outcome: 'lacks', condition: 'app-labels-expression', wanted, message };
  }
  const fromApp =
    roleArn !== undefined && table.appArns.allow.get(roleArn)?.includes(index) === true;
  if (roleArn !== undefined && !listsArn(allow, roleArn, fromApp)) {
    const wanted = [...allow.arns, ...allow.arnPatterns.map(({ text }) => text)];
    const message = `allow.aws_role_arns does not list this AWS role (it lists ${wanted.length === 0 ? 'none' : wanted.length})`;
    return { outcome: 'lacks', condition: 'aws-role-arns', seen: roleArn, wanted, message };
  }
  return describeGrant(bound, source);
}

function describeGrant({ role }: BoundRole, { mfaOpen, deviceOpen }: DecisionSource): Finding {
  if (mfaOpen && role.requireSessionMfa) {
    const message = 'it allows this after MFA for the session';
    return { outcome: 'grants-later', condition: 'session-mfa', wanted: [], message };
  }
  if (deviceOpen && role.requireTrustedDevice) {
    const message = 'it allows this from a trusted device';
    return { outcome: 'grants-later', condition: 'trusted-device', wanted: [], message };
  }
  return { outcome: 'grants', condition: 'granted', wanted: [], message: 'it allows this' };
}

function describeLabels({ selector }: BoundConditions, { labels }: AppTable): Finding | undefined {
  if (selector === undefined || selector.match(labels) === 'match') return undefined;
  const results = selector.keys.map(({ key, values, test }) => {
    const seen = labels.get(key);
    return { key, values, seen, result: seen === undefined ? 'absent' : test(seen) };
  });
  const bad = results.find(({ result }) => result === 'error');
  if (bad !== undefined) {
    return broken('app-labels', `allow.app_labels.${plain(bad.key)} has an invalid pattern`);
  }
  const failed = results.find(({ result }) => result !== 'match');
  const { key = '', values = [], seen } = failed ?? {};
  const has =
    seen === undefined ? `the app has no label ${plain(key)}` : `the app has ${quote(seen)}`;
  const wish = values.includes('*') ? 'must be there' : `must be ${values.map(quote).join(' or ')}`;
  const message = `allow.app_labels: ${plain(key)} ${wish}, but ${has}`;
  return { outcome: 'lacks', condition: 'app-labels', label: key, seen, wanted: values, message };
}

function describeExpression(
  { expression, expressionText }: BoundConditions,
  { labels }: AppTable,
  { plan }: DecisionSource,
): boolean | 'error' | undefined {
  if (expressionText === '') return undefined;
  const { traits, name: username } = plan.user;
  const result = expression?.evaluate({ labels, traits, username });
  return result === undefined || 'error' in result ? 'error' : result.value;
}

function listsArn(conditions: BoundConditions, roleArn: string, fromApp: boolean): boolean {
  return (
    fromApp ||
    conditions.arns.includes(roleArn) ||
    conditions.arnPatterns.some(({ test }) => test(roleArn))
  );
}

function broken(condition: ReasonCondition, message: string): Finding {
  return { outcome: 'broken', condition, wanted: [], message };
}

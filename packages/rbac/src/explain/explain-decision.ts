import type { AccessDecision } from '../access/decision.js';
import { plain, quote } from '../access/reasons.js';
import { type DecisionExplanation, describeDecision } from './describe-decision.js';

const WORDS = {
  denies: 'denies it',
  grants: 'allows it',
  'grants-later': 'does not allow it yet',
  lacks: 'does not allow it',
  broken: 'cannot be evaluated',
} as const;

/** How many labels of an app are shown. */
const MAX_LABELS = 20;

/**
 * Explains a decision in a few lines for an administrator: what was asked, what decided, and for each role the first
 * condition that failed with the value seen and the value wanted. It shows labels and role names, no other trait than
 * those that roles turned into ARNs.
 *
 * @param decision - from `evaluateAwsAccess`, `evaluateAppAccess` or `evaluateRule`
 */
export function explainDecision(decision: AccessDecision): string {
  const explanation = describeDecision(decision);
  const lines = [headline(explanation)];
  const labels = Object.entries(explanation.labels ?? {});
  if (labels.length > 0) lines.push(`  labels of the app: ${describeLabels(labels)}`);
  for (const { message } of explanation.reasons) lines.push(`  ${message}`);
  if (explanation.reasons.length === 0) lines.push(`  ${sayNobody(explanation)}`);
  if (explanation.note !== undefined) lines.push(`  ${explanation.note}`);
  for (const { role, outcome, message, lost } of explanation.roles) {
    lines.push(`  role ${quote(role)} ${WORDS[outcome]}: ${message}`);
    for (const { code, pointer, text, message: why } of lost) {
      const what = code === 'value-dropped' ? 'dropped' : 'emptied';
      lines.push(`    ${what} ${pointer} ${quote(text)}: ${why}`);
    }
  }
  return lines.join('\n');
}

function sayNobody({ user, roles }: DecisionExplanation): string {
  if (user === undefined) return 'Nothing more is known, because this is a copy of the decision.';
  return roles.length === 0 ? 'The user holds no role.' : 'No role allows it.';
}

function describeLabels(labels: readonly (readonly [string, string])[]): string {
  const shown = labels.slice(0, MAX_LABELS).map(([key, value]) => `${plain(key)} ${quote(value)}`);
  const more = labels.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function headline(explanation: DecisionExplanation): string {
  const { decision, code, user, app, roleArn, resource, verb } = explanation;
  const parts = [
    user === undefined ? undefined : `user ${quote(user)}`,
    app === undefined ? undefined : `app ${quote(app)}`,
    roleArn === undefined ? undefined : `AWS role ${quote(roleArn)}`,
    resource === undefined ? undefined : `${quote(verb ?? '')} on ${quote(resource)}`,
  ].filter((part) => part !== undefined);
  return `${decision} (${code})${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

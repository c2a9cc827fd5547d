import type { AccessDecision } from '../access/decision.js';
import { quote } from '../access/reasons.js';
import { type DecisionExplanation, describeDecision } from './describe-decision.js';

const WORDS = {
  denies: 'denies it',
  grants: 'allows it',
  'grants-later': 'does not allow it yet',
  lacks: 'does not allow it',
  broken: 'cannot be evaluated',
} as const;

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
  for (const { message } of explanation.reasons) lines.push(`  ${message}`);
  if (explanation.reasons.length === 0) {
    lines.push(
      explanation.roles.length === 0 ? '  The user holds no role.' : '  No role allows it.',
    );
  }
  for (const { role, outcome, message, lost } of explanation.roles) {
    lines.push(`  role ${quote(role)} ${WORDS[outcome]}: ${message}`);
    for (const { code, pointer, text, message: why } of lost) {
      const what = code === 'value-dropped' ? 'dropped' : 'emptied';
      lines.push(`    ${what} ${pointer} ${quote(text)}: ${why}`);
    }
  }
  return lines.join('\n');
}

function headline({ decision, code, user, app, roleArn }: DecisionExplanation): string {
  const parts = [
    user === undefined ? undefined : `user ${quote(user)}`,
    app === undefined ? undefined : `app ${quote(app)}`,
    roleArn === undefined ? undefined : `AWS role ${quote(roleArn)}`,
  ].filter((part) => part !== undefined);
  return `${decision} (${code})${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

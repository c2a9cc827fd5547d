import type { RuleReason } from '../errors.js';
import { safeText } from '../wire/safe-text.js';
import { type MatchOptions, matchAllowRules } from './match-allow-rules.js';
import type { AllowRule, RuleIdentity } from './types.js';

const WORDS: Readonly<Record<RuleReason['code'], string>> = {
  'invalid-rule': 'the rule is not valid and matches nobody',
  'account-mismatch': 'aws_account is another account',
  'arn-mismatch': 'aws_arn does not match',
  'organization-mismatch': 'the account is not in the organization or its units',
  'organization-unavailable': 'the organization of the account is not known',
  'user-id-mismatch': 'aws_user_id is another principal',
};

/**
 * Says in plain words what `matchAllowRules` decides, one line for each rule. For operators: it shows rules.
 * Pure; try rules before a machine fails to join.
 *
 * @param rules - the rules of a token
 * @param identity - for example from `aws sts get-caller-identity`
 * @returns several lines without a final line end; names are escaped for terminals
 * @example
 * ```ts
 * const text = explain([{ aws_account: '111111111111' }], {
 *   account: '111111111111',
 *   arn: 'arn:aws:iam::111111111111:user/ci',
 *   userId: 'AIDAEXAMPLEEXAMPLE12',
 *   partition: 'aws',
 * });
 * // arn:aws:iam::111111111111:user/ci is admitted by rule 0: {"aws_account":"111111111111"}
 * ```
 */
export function explain(
  rules: readonly AllowRule[],
  identity: RuleIdentity,
  options: MatchOptions = {},
): string {
  const decision = matchAllowRules(rules, identity, options);
  const who = safeText(identity.arn, 2_048);
  if (decision.allowed) {
    const rule = rules[decision.rule];
    return `${who} is admitted by rule ${decision.rule}: ${safeText(JSON.stringify(rule) ?? '', 2_048)}`;
  }
  const lines = decision.reasons.map(({ rule, code, hint }) => {
    const advice = hint === undefined ? '' : ` ${safeText(hint, 4_096)}`;
    return `  rule ${rule}: ${WORDS[code]}.${advice}`;
  });
  const why = rules.length === 0 ? ': there are no rules' : ':';
  return [`${who} is not admitted${why}`, ...lines].join('\n');
}

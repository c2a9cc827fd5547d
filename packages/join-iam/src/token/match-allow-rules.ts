import { compileWildcard } from '@postern/config/wildcard';
import type { RuleReason, RuleReasonCode } from '../errors.js';
import { accountOfPattern } from './account-of-pattern.js';
import { hintFor } from './hint-for.js';
import { isValidRule } from './is-valid-rule.js';
import type { AccountOrganization, AllowRule, RuleIdentity } from './types.js';

/** Facts about the identity that STS does not report. */
export interface MatchOptions {
  /**
   * The organization of the account; null when the account is in none. Default: not known, and rules that ask
   * for it refuse.
   */
  readonly organization?: AccountOrganization | null | undefined;
}

/** Whether an identity is admitted, and by which rule, or why by none. */
export type AllowDecision =
  | { readonly allowed: true; readonly rule: number }
  | { readonly allowed: false; readonly reasons: readonly RuleReason[] };

/**
 * Decides whether any rule admits an identity. Pure and total. What is not understood does not admit: a rule
 * without conditions, with an unknown one, or with a value that is not a text matches nobody.
 *
 * @param rules - the rules of a token, in order
 * @param identity - proven by STS; used as plain text, wildcards in it have no meaning
 * @returns the first matching rule, or one reason for each rule. Hints are for operators, not for the joiner.
 * @example
 * ```ts
 * const decision = matchAllowRules([{ aws_account: '111111111111' }], {
 *   account: '111111111111',
 *   arn: 'arn:aws:iam::111111111111:user/ci',
 *   userId: 'AIDAEXAMPLEEXAMPLE12',
 *   partition: 'aws',
 * });
 * // { allowed: true, rule: 0 }
 * ```
 */
export function matchAllowRules(
  rules: readonly AllowRule[],
  identity: RuleIdentity,
  options: MatchOptions = {},
): AllowDecision {
  const reasons: RuleReason[] = [];
  for (const [rule, conditions] of rules.entries()) {
    const code = refusalOf(conditions, identity, options);
    if (code === undefined) return { allowed: true, rule };
    const hint = hintFor(conditions, identity, code);
    reasons.push(hint === undefined ? { rule, code } : { rule, code, hint });
  }
  return { allowed: false, reasons };
}

/** Undefined when the rule admits; else the first condition that fails. */
function refusalOf(
  rule: AllowRule,
  identity: RuleIdentity,
  options: MatchOptions,
): RuleReasonCode | undefined {
  if (!isValidRule(rule)) return 'invalid-rule';
  const { aws_account: account, aws_arn: arn, aws_user_id: userId } = rule;
  if (account !== undefined && account !== identity.account) return 'account-mismatch';
  if (arn !== undefined && !matchesArn(arn, identity)) return 'arn-mismatch';
  const organization = refusalByOrganization(rule, options.organization);
  if (organization !== undefined) return organization;
  if (userId !== undefined && userId !== identity.userId.split(':', 1)[0]) {
    return 'user-id-mismatch';
  }
  return undefined;
}

/**
 * A star before the account section may swallow colons, and the path of a user in a foreign account may spell the
 * rest of the pattern: an account that is written out is compared with the proven one as well.
 */
function matchesArn(pattern: string, identity: RuleIdentity): boolean {
  const account = accountOfPattern(pattern) ?? identity.account;
  return account === identity.account && compileWildcard(pattern)(identity.arn);
}

function refusalByOrganization(
  rule: AllowRule,
  organization: AccountOrganization | null | undefined,
): RuleReasonCode | undefined {
  const { aws_organization_id: id, aws_organizational_units: units } = rule;
  if (id === undefined && units === undefined) return undefined;
  if (organization === null) return 'organization-mismatch';
  if (!isOrganization(organization)) return 'organization-unavailable';
  if (id !== organization.id) return 'organization-mismatch';
  if (units === undefined) return undefined;
  // Every account is below a root at least: no units means that they are not known, not that none is excluded.
  if (organization.units.length === 0) return 'organization-unavailable';
  const above = new Set(organization.units);
  const included = units.include.some((unit) => unit === '*' || above.has(unit));
  const excluded = units.exclude?.some((unit) => above.has(unit)) ?? false;
  return included && !excluded ? undefined : 'organization-mismatch';
}

/** What is known comes from a resolver of the embedder, so its type is only a promise. */
function isOrganization(
  organization: Partial<AccountOrganization> | undefined,
): organization is AccountOrganization {
  const { id, units }: { id?: unknown; units?: unknown } = organization ?? {};
  return (
    typeof id === 'string' &&
    Array.isArray(units) &&
    Array.from(units, (unit) => typeof unit === 'string' && unit !== '').every(Boolean)
  );
}

/**
 * Whether the organization of the account can change the decision: some rule asks for it, its other
 * conditions hold, and no rule before it admits anyway.
 */
export function needsOrganization(rules: readonly AllowRule[], identity: RuleIdentity): boolean {
  for (const rule of rules) {
    const code = refusalOf(rule, identity, {});
    if (code === undefined) return false;
    if (code !== 'organization-unavailable') continue;
    const userId = rule.aws_user_id;
    if (userId === undefined || userId === identity.userId.split(':', 1)[0]) return true;
  }
  return false;
}

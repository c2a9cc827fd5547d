import { compileWildcard } from '@postern/config/wildcard';
import type { RuleReasonCode } from '../errors.js';
import type { AllowRule, RuleIdentity } from './types.js';

/** Longest pattern that is worth a guess: no ARN is longer. */
const MAX_PATTERN = 2_048;

/**
 * Guesses how a rule that refused was meant. For the operator's eyes: hints say how rules look.
 *
 * @returns one sentence, or undefined when there is no good guess
 */
export function hintFor(
  rule: AllowRule,
  identity: RuleIdentity,
  code: RuleReasonCode,
): string | undefined {
  // Only then is the rule known to be one.
  const pattern = code === 'arn-mismatch' ? rule.aws_arn : undefined;
  if (pattern === undefined || pattern.length > MAX_PATTERN) return undefined;
  const sections = pattern.split(':');
  const [, partition = '', service = '', , account = ''] = sections;
  const resource = sections.slice(5).join(':');
  const roleArn = `arn:${partition}:sts::${account}:assumed-role/`;
  const matches = (candidate: string) => compileWildcard(candidate)(identity.arn);

  if (service === 'iam' && resource.startsWith('role/')) {
    const name = resource.slice(resource.lastIndexOf('/') + 1);
    const path =
      resource.split('/').length > 2 ? ', without the path, which STS does not report' : '';
    return matches(`${roleArn}${name}/*`) || matches(`${roleArn}${name}`)
      ? `STS reports sessions of a role: use ${roleArn}${name}/*${path}.`
      : undefined;
  }
  const parts = resource.split('/');
  if (service === 'sts' && parts[0] === 'assumed-role') {
    // Role and session are the last two of a pattern that spells out a path.
    const [role = '', session = ''] = parts.slice(-2);
    if (parts.length > 3 && matches(`${roleArn}${role}/${session}`)) {
      return `STS does not report the path of a role: use ${roleArn}${role}/${session}.`;
    }
    if (parts.length === 2 && matches(`${pattern}/*`)) {
      return `The pattern has no session part: use ${pattern}/*.`;
    }
  }
  if (sections.length >= 6 && partition !== identity.partition) {
    const moved = ['arn', identity.partition, ...sections.slice(2)].join(':');
    if (matches(moved)) {
      return `Only the partition differs: the identity is in ${identity.partition}; use ${moved}.`;
    }
  }
  if (compileWildcard(pattern.toLowerCase())(identity.arn.toLowerCase())) {
    return 'Only upper and lower case differ: names are case-sensitive.';
  }
  return undefined;
}

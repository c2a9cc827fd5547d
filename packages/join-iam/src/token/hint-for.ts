import { compileWildcard } from '@postern/config/wildcard';
import type { RuleReasonCode } from '../errors.js';
import type { AllowRule, RuleIdentity } from './types.js';

/** Longest pattern that is worth a guess: no ARN is longer. */
const MAX_PATTERN = 2_048;

/** A form of role that STS never reports, and the pattern that was probably meant. */
interface Reading {
  readonly why: string;
  /** Undefined when the pattern does not spell out one role: a guess would admit others. */
  readonly meant: string | undefined;
}

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
  const reading = read(pattern);
  if (reading && reading.meant === undefined) {
    return identity.arn.startsWith(rolesOf(pattern)) ? `${reading.why}.` : undefined;
  }
  const meant = reading?.meant ?? pattern;
  const why = reading ? `${reading.why}: use ` : '';
  if (reading && compileWildcard(meant)(identity.arn)) return `${why}${meant}.`;
  const sections = meant.split(':');
  const moved = ['arn', identity.partition, ...sections.slice(2)].join(':');
  if (sections.length >= 6 && moved !== meant && compileWildcard(moved)(identity.arn)) {
    const only = reading ? `${reading.why}, and the` : 'Only the';
    return `${only} partition differs: the identity is in ${identity.partition}; use ${moved}.`;
  }
  if (compileWildcard(meant.toLowerCase())(identity.arn.toLowerCase())) {
    const only = reading ? `${why}${meant}, where only` : 'Only';
    return `${only} upper and lower case differ: names are case-sensitive.`;
  }
  return undefined;
}

/** Undefined when the pattern has a form in which STS reports identities. */
function read(pattern: string): Reading | undefined {
  const service = pattern.split(':')[2];
  const resource = pattern.split(':').slice(5).join(':');
  const [kind, ...names] = resource.split('/');
  if (service === 'iam' && kind === 'role') {
    const path = ', without the path, which STS does not report';
    // The last star stands for sessions, as it would in the right form.
    const spelled = names.length > 1 && names.at(-1) === '*' ? names.slice(0, -1) : names;
    const why = 'STS reports sessions of a role as assumed-role/<role>/<session>';
    return reading(why + (spelled.length > 1 ? path : ''), pattern, spelled.at(-1), '*');
  }
  if (service !== 'sts' || kind !== 'assumed-role') return undefined;
  // Role and session are the last two of a pattern that spells out a path.
  if (names.length > 2) {
    return reading('STS does not report the path of a role', pattern, names.at(-2), names.at(-1));
  }
  return names.length === 1
    ? reading('The pattern has no session part', pattern, names[0], '*')
    : undefined;
}

function reading(why: string, pattern: string, role = '', session = ''): Reading {
  const isLiteral = role !== '' && !/[*?]/.test(role);
  return { why, meant: isLiteral ? `${rolesOf(pattern)}${role}/${session}` : undefined };
}

/** What the ARNs of all roles of the pattern's account begin with. */
function rolesOf(pattern: string): string {
  const [, partition = '', , , account = ''] = pattern.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/`;
}

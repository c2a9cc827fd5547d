import { authFault } from '../errors/auth-fault.js';
import type { Protocol } from '../errors/aws-fault.js';
import type { Caller } from './caller.js';
import { type ConditionContext, evaluatePolicies } from './evaluate-policy.js';

/** What identity-based policies say. */
export type IdentityDecision = 'allow' | 'explicit-deny' | 'implicit-deny';

/**
 * Asks the caller's identity policies, narrowed by the session policies.
 *
 * @param resource ARN that is acted on
 */
export function decideByIdentity(
  caller: Caller,
  action: string,
  resource: string,
  context: ConditionContext = new Map(),
): IdentityDecision {
  const full = new Map([...callerContext(caller), ...context]);
  const question = { action, resource, context: full };
  const decision = evaluatePolicies(caller.identity.policies, question);
  const narrowing = caller.session?.sessionPolicies ?? [];
  if (decision !== 'allow' || narrowing.length === 0) return decision;
  return evaluatePolicies(narrowing, question);
}

/**
 * Lets the call pass or throws AccessDenied with the sentence AWS writes.
 *
 * @throws {AwsFault}
 */
export function authorize(
  caller: Caller,
  protocol: Protocol,
  action: string,
  resource: string,
): void {
  const decision = decideByIdentity(caller, action, resource);
  if (decision === 'allow') return;
  const reason =
    decision === 'explicit-deny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  throw authFault(
    'denied',
    protocol,
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}

/** Condition keys that describe the caller. */
export function callerContext(caller: Caller): ConditionContext {
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [caller.session ? caller.identity.arn : caller.arn]],
    ['aws:principalaccount', [caller.accountId]],
    ['aws:userid', [caller.userId]],
  ]);
  const tags = new Map([...caller.identity.tags, ...(caller.session?.tags ?? [])]);
  for (const [key, value] of tags) context.set(`aws:principaltag/${key.toLowerCase()}`, [value]);
  const sourceIdentity = caller.session?.sourceIdentity;
  if (sourceIdentity !== undefined) context.set('aws:sourceidentity', [sourceIdentity]);
  return context;
}

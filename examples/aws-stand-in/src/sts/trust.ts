import { authFault } from '../errors/auth-fault.js';
import type { AwsFault } from '../errors/aws-fault.js';
import { callerContext, decideByIdentity } from '../iam/authorize.js';
import type { Caller } from '../iam/caller.js';
import type { Role } from '../iam/directory.js';
import { type ConditionContext, evaluatePolicies } from '../iam/evaluate-policy.js';
import { many, type PolicyStatement } from '../iam/policy-document.js';

type Principal = NonNullable<PolicyStatement['Principal']>;

/**
 * May this caller take this role, for one of the actions the call needs?
 *
 * A trust policy that names the caller itself is enough inside one account. One that names the account, or a role in
 * another account, needs the caller's own policies to agree.
 *
 * @param action `sts:AssumeRole`, `sts:TagSession` or `sts:SetSourceIdentity`
 * @throws {AwsFault} AccessDenied
 */
export function authorizeByTrust(
  caller: Caller,
  role: Role | undefined,
  roleArn: string,
  action: string,
  context: ConditionContext,
): void {
  const refuse = () => denied(caller, action, roleArn);
  if (!role) throw refuse();
  const full = new Map([...callerContext(caller), ...context]);
  const ask = (matchesPrincipal: (principal: Principal) => boolean) =>
    evaluatePolicies([role.trust], { action, context: full, matchesPrincipal });
  const named = ask((principal) => namesCaller(principal, caller));
  const anyway = ask(
    (principal) => namesCaller(principal, caller) || namesAccount(principal, caller),
  );
  const own = decideByIdentity(caller, action, role.arn, new Map([...context, ...roleTags(role)]));
  if (anyway !== 'allow' || own === 'explicit-deny') throw refuse();
  const sameAccount = role.accountId === caller.accountId && role.partition === caller.partition;
  // A session policy must allow what a trust policy grants to the role behind the session.
  const narrowed = (caller.session?.sessionPolicies.length ?? 0) > 0;
  if (named === 'allow' && sameAccount && !narrowed) return;
  if (own !== 'allow') throw refuse();
}

function namesCaller(principal: Principal, caller: Caller): boolean {
  if (principal === '*') return true;
  const arns = many(principal.AWS);
  // A role is named by its own ARN or by that of one session; a user by its ARN.
  return arns.includes('*') || arns.includes(caller.arn) || arns.includes(caller.identity.arn);
}

function namesAccount(principal: Principal, caller: Caller): boolean {
  if (principal === '*') return false;
  const root = `arn:${caller.partition}:iam::${caller.accountId}:root`;
  return many(principal.AWS).some((text) => text === root || text === caller.accountId);
}

function roleTags(role: Role): ConditionContext {
  const context = new Map<string, readonly string[]>();
  for (const [key, value] of role.tags) {
    context.set(`iam:resourcetag/${key.toLowerCase()}`, [value]);
    context.set(`aws:resourcetag/${key.toLowerCase()}`, [value]);
  }
  return context;
}

function denied(caller: Caller, action: string, roleArn: string): AwsFault {
  return authFault(
    'denied',
    'query',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`,
  );
}

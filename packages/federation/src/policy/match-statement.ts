import { compileWildcard } from '@postern/config/wildcard';
import { listOf } from './statement.js';
import type { OneOrMany, PolicyPrincipal, PolicyStatement } from './types.js';

/** Whether the actions of a statement include one; wildcards and NotAction count, case does not. */
export function coversAction(statement: PolicyStatement, action: string): boolean {
  const wanted = action.toLowerCase();
  const fits = (patterns: OneOrMany<string> | undefined) =>
    listOf(patterns).some((pattern) => compileWildcard(pattern.toLowerCase())(wanted));
  return statement.NotAction === undefined ? fits(statement.Action) : !fits(statement.NotAction);
}

/** Whether the resources of a statement include one; wildcards and NotResource count. */
export function coversResource(statement: PolicyStatement, resource: string): boolean {
  const fits = (patterns: OneOrMany<string> | undefined) =>
    listOf(patterns).some((pattern) => compileWildcard(pattern)(resource));
  return statement.NotResource === undefined
    ? fits(statement.Resource)
    : !fits(statement.NotResource);
}

/** Whether the resources of a statement include all roles of an account or of more than that. */
export function coversAllRoles({ Resource, NotResource }: PolicyStatement): boolean {
  return (
    NotResource !== undefined ||
    listOf(Resource).some((pattern) => {
      // A role that nobody named, in an account and partition that the pattern takes.
      const before = pattern.split(':').slice(0, 5).join(':').replaceAll('*', 'x');
      return compileWildcard(pattern)(`${before}:role/\u0001`);
    })
  );
}

/**
 * What a principal element says of a caller: itself (`exact`), its account, anyone, its name in another partition
 * (`other-partition`), another whole account (`other-account`), or somebody else (`none`).
 */
export type PrincipalFit =
  | 'exact'
  | 'account'
  | 'anyone'
  | 'other-partition'
  | 'other-account'
  | 'none';

/** How every principal of one type in a statement relates to a caller (an ARN). Who is excepted by NotPrincipal is not meant. */
export function fitPrincipals(
  statement: PolicyStatement,
  type: 'AWS' | 'Federated',
  caller: string,
): readonly PrincipalFit[] {
  const { Principal, NotPrincipal } = statement;
  if (NotPrincipal !== undefined) {
    return namesOf(NotPrincipal, type).includes(caller) ? ['none'] : ['anyone'];
  }
  return namesOf(Principal, type).map((name) => fitName(name, type, caller));
}

/** Whether a principal element includes the caller. */
export function includesCaller(fits: readonly PrincipalFit[]): boolean {
  return fits.some((fit) => fit === 'exact' || fit === 'account' || fit === 'anyone');
}

function namesOf(principal: PolicyPrincipal | undefined, type: string): readonly string[] {
  if (principal === undefined) return [];
  if (typeof principal === 'string') return [principal];
  return listOf(Object.hasOwn(principal, type) ? principal[type] : undefined);
}

function fitName(name: string, type: 'AWS' | 'Federated', caller: string): PrincipalFit {
  const [, partition = '', , , account = '', ...resource] = caller.split(':');
  if (name === caller) return 'exact';
  if (name === '*') return 'anyone';
  const isAws = type === 'AWS';
  if (isAws && (name === account || name === `arn:${partition}:iam::${account}:root`))
    return 'account';
  const isArn = name.startsWith('arn:');
  const tails = [`:${account}:${resource.join(':')}`, `:${account}:root`];
  if (isArn && tails.some((tail) => name.endsWith(tail))) return 'other-partition';
  return isAws && /^\d{12}$|^arn:[a-z-]+:iam::\d{12}:root$/.test(name) ? 'other-account' : 'none';
}

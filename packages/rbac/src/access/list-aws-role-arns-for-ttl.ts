import { planOf, type RoleSet } from '../role/role-set.js';

/** A question about the AWS roles of a session. */
export interface AwsArnsForTtlQuery {
  /** Length of the session asked for, in milliseconds. */
  readonly requestedMs: number;
  /** Count roles whose sessions are shorter as well. Default false. */
  readonly overrideTtl?: boolean | undefined;
}

/** The ARNs, or why there are none: no role permits the length, or no ARN is left. */
export type AwsArnsForTtl =
  | { readonly arns: readonly string[] }
  | { readonly error: 'access-denied' | 'not-found' };

/**
 * The ARNs that go into a certificate: those listed by roles whose sessions may be as long as asked for, minus those any
 * role denies. Labels of apps and the form of the ARNs are not looked at, and ARNs that read variables of an app are not known
 * without one, neither those allowed nor those denied; every access is decided again later.
 *
 * @param roles - the roles of the user
 */
export function listAwsRoleArnsForTtl(roles: RoleSet, query: AwsArnsForTtlQuery): AwsArnsForTtl {
  const { roles: bound, denyArns, wildDeny } = roles[planOf];
  const fitting = bound.filter(({ role }) => {
    return query.overrideTtl === true || role.maxSessionTtlMs >= query.requestedMs;
  });
  if (fitting.length === 0) return { error: 'access-denied' };
  const patterns = wildDeny.flatMap(({ deny }) => deny.arnPatterns);
  const arns = [...new Set(fitting.flatMap(({ allow }) => allow.arns))].filter((arn) => {
    return !denyArns.has(arn) && !patterns.some(({ test }) => test(arn));
  });
  return arns.length === 0 ? { error: 'not-found' } : { arns };
}

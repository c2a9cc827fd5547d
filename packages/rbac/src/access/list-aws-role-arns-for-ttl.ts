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
 * role denies. Labels of apps and the form of the ARNs are not looked at; every access is decided again later.
 *
 * @param roles - the roles of the user
 */
export function listAwsRoleArnsForTtl(roles: RoleSet, query: AwsArnsForTtlQuery): AwsArnsForTtl {
  const { roles: bound, denyArns } = roles[planOf];
  const fitting = bound.filter(({ role }) => {
    return query.overrideTtl === true || role.maxSessionTtlMs >= query.requestedMs;
  });
  if (fitting.length === 0) return { error: 'access-denied' };
  const arns = new Set(fitting.flatMap(({ allow }) => allow.arns));
  for (const arn of denyArns.keys()) arns.delete(arn);
  return arns.size === 0 ? { error: 'not-found' } : { arns: [...arns] };
}

import { type IamRoleArn, parseIamRoleArn } from '@postern/config/aws';
import { compileWildcard } from '@postern/config/wildcard';

/** What {@link selectRole} chooses from. */
export interface SelectRoleQuery {
  /** The role ARNs that the user has. Texts that are no role ARN are never chosen. */
  readonly available: readonly string[];
  /** What the user asks for: a full ARN, or a role name with or without its path. Default: the only role there is. */
  readonly requested?: string | undefined;
  /** Patterns of ARNs that may be used; `*` stands for any text. Default: all. */
  readonly allow?: readonly string[] | undefined;
  /** Accounts whose roles may be used, twelve digits each; for example the account label of the app. Default: all. */
  readonly accountIds?: readonly string[] | undefined;
}

/** A role, or why there is none. */
export type SelectRoleResult =
  | { readonly decision: 'allow'; readonly role: { readonly roleArn: string } }
  | {
      readonly decision: 'deny';
      readonly reason: 'no-role' | 'role-not-available' | 'role-ambiguous' | 'role-required';
      /** One sentence for the user. */
      readonly message: string;
      /** The roles to choose from. */
      readonly choices: readonly string[];
    };

/**
 * Chooses the role of a session among those a user has: by full ARN, by name, or the only one. A name that fits several roles
 * chooses none of them.
 */
export function selectRole(query: SelectRoleQuery): SelectRoleResult {
  const allow = query.allow?.map((pattern) => compileWildcard(pattern));
  const usable = [...new Set(query.available)].flatMap((arn) => {
    const role = tryParse(arn);
    const isUsable =
      role !== undefined &&
      (query.accountIds === undefined || query.accountIds.includes(role.accountId)) &&
      (allow === undefined || allow.some((matches) => matches(arn)));
    return isUsable ? [{ arn, role }] : [];
  });
  const choices = usable.map(({ arn }) => arn);
  const { requested } = query;
  if (requested === undefined) return selectOnly(choices);
  const found = usable.filter(({ arn, role }) => arn === requested || isNamed(role, requested));
  const [first, second] = found;
  if (first === undefined) {
    return deny(
      'role-not-available',
      'The requested role is not among the roles of the user.',
      choices,
    );
  }
  if (second !== undefined) {
    const several = found.map(({ arn }) => arn);
    return deny('role-ambiguous', 'The role name fits several roles; name the full ARN.', several);
  }
  return { decision: 'allow', role: { roleArn: first.arn } };
}

function selectOnly(choices: readonly string[]): SelectRoleResult {
  const [only, other] = choices;
  if (only === undefined)
    return deny('no-role', 'The user has no role that may be used here.', choices);
  if (other !== undefined) {
    return deny('role-required', 'The user has several roles; name the one to use.', choices);
  }
  return { decision: 'allow', role: { roleArn: only } };
}

function deny(
  reason: Extract<SelectRoleResult, { decision: 'deny' }>['reason'],
  message: string,
  choices: readonly string[],
): SelectRoleResult {
  return { decision: 'deny', reason, message, choices };
}

function isNamed(role: IamRoleArn, requested: string): boolean {
  const withPath = `${role.path}${role.roleName}`;
  return [role.roleName, withPath, withPath.slice(1)].includes(requested);
}

function tryParse(arn: string): IamRoleArn | undefined {
  try {
    return parseIamRoleArn(arn);
  } catch {
    return undefined;
  }
}

import type { CallerIdentity } from '../server/sts/read-caller-identity.js';

/** Which units of an organization are meant. */
export interface OrganizationalUnits {
  /** The account must be below one of these units (`ou-…`) or the root (`r-…`); `*` alone means any. */
  readonly include: readonly string[];
  /** The account must be below none of these. Default none. */
  readonly exclude?: readonly string[] | undefined;
}

/**
 * One rule of a token: all conditions that are present must hold. A member that is present but undefined
 * makes the rule match nobody, so that a value lost on the way cannot widen it.
 */
export interface AllowRule {
  /** Exactly the account, twelve digits. */
  readonly aws_account?: string | undefined;
  /** Pattern for the whole identity ARN: `*` any run of characters, `?` one character. */
  readonly aws_arn?: string | undefined;
  /** Exactly the organization of the account, `o-…`. */
  readonly aws_organization_id?: string | undefined;
  /** Units of that organization. */
  readonly aws_organizational_units?: OrganizationalUnits | undefined;
  /** Exactly the unique id of the principal (`AROA…`, `AIDA…`): a role of the same name made later has another. */
  readonly aws_user_id?: string | undefined;
}

/** A checked token resource of join method `iam`, made by `parseToken`. */
export interface Token {
  /** Not a secret. */
  readonly name: string;
  /** `iam`; a token of another method admits nobody here. */
  readonly joinMethod: string;
  readonly description?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** From this moment on the token admits nobody. Default: it does not expire. */
  readonly expires?: Date | undefined;
  /** The roles a joiner may ask for. */
  readonly roles: readonly string[];
  /** With role `Bot`. */
  readonly botName?: string | undefined;
  /** Any of them admits. */
  readonly allow: readonly AllowRule[];
}

/** What rules look at: the identity that `parseStsResponse` returned, or as much of it. */
export type RuleIdentity = Pick<CallerIdentity, 'account' | 'arn' | 'userId' | 'partition'>;

/** Where an account stands in its organization. */
export interface AccountOrganization {
  /** `o-…` */
  readonly id: string;
  /** Root and units above the account, in any order: `r-…`, `ou-…`. Empty: not known, rules with units refuse. */
  readonly units: readonly string[];
}

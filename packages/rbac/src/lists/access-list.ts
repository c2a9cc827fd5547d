import type { Traits } from '../resource-types.js';

/** A person or a list in an access list. */
export interface AccessListMember {
  /** Name of the user, or of the list. */
  readonly name: string;
  /** RFC 3339 time from which the membership is over. Default: never. */
  readonly expires?: string | undefined;
  /** Default `user`. */
  readonly membership_kind?: 'user' | 'list' | undefined;
}

/** What members must have themselves. */
export interface AccessListRequirements {
  /** All of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** All of these values of each trait. */
  readonly traits?: Traits | undefined;
}

/** What members get. */
export interface AccessListGrants {
  readonly roles?: readonly string[] | undefined;
  readonly traits?: Traits | undefined;
}

/** An access list document. */
export interface AccessList {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly title?: string | undefined;
    readonly owners?: readonly AccessListMember[] | undefined;
    readonly members?: readonly AccessListMember[] | undefined;
    readonly membership_requires?: AccessListRequirements | undefined;
    readonly ownership_requires?: AccessListRequirements | undefined;
    readonly grants?: AccessListGrants | undefined;
    readonly owner_grants?: AccessListGrants | undefined;
  };
}

import type { TextList } from '../text-list.js';

/** Traits as documents write them. */
type WrittenTraits = Readonly<Record<string, TextList>>;

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
  readonly roles?: TextList | undefined;
  /** All of these values of each trait. */
  readonly traits?: WrittenTraits | undefined;
}

/** What members get. */
export interface AccessListGrants {
  readonly roles?: TextList | undefined;
  readonly traits?: WrittenTraits | undefined;
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

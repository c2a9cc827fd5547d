import type * as config from '@postern/config';
import type { DocumentHead } from '../resource-types.js';

/** A person or a list in an access list. */
export type AccessListMember = config.AccessListMember;

/** What members must have themselves: all of these roles, and all of these values of each trait. */
export type AccessListRequirements = config.RolesAndTraits;

/** What members get. */
export type AccessListGrants = config.RolesAndTraits;

/** An access list document; the title may be left out. */
export interface AccessList extends DocumentHead {
  readonly spec: Omit<config.AccessListSpec, 'title'> & { readonly title?: string | undefined };
}

import type { TextList } from '../text-list.js';

/** A GitHub team and the roles it stands for. */
export interface TeamMapping {
  readonly organization?: string | undefined;
  /** Slug of the team, not its display name. */
  readonly team: string;
  readonly roles: TextList;
}

/** An attribute or claim and the roles it stands for. Guides also write `name` for the claim of an OIDC mapping. */
export interface AttributeMapping {
  readonly name?: string | undefined;
  readonly claim?: string | undefined;
  /** `^…$` is a regular expression; in other texts each `*` is any run of characters and a group. */
  readonly value: string;
  /** Role names; `$1` and `$name` are groups. */
  readonly roles: TextList;
}

/** A connector document, as far as the mapping of roles is concerned. */
export interface AuthConnector {
  readonly kind: 'github' | 'saml' | 'oidc';
  readonly spec: {
    readonly teams_to_roles?: readonly TeamMapping[] | undefined;
    readonly attributes_to_roles?: readonly AttributeMapping[] | undefined;
    readonly claims_to_roles?: readonly AttributeMapping[] | undefined;
  };
}

/**
 * What the identity provider says about a person: names to a text or a list of texts; other values are ignored. For
 * GitHub the names are organizations and the lists are team slugs.
 */
export type Claims = Readonly<Record<string, unknown>>;

/** Something about a mapping that an operator should see. */
export interface ConnectorWarning {
  /** `case-differs`: a value fits only when upper and lower case are the same. `invalid-pattern`: the mapping was skipped. */
  readonly code: 'case-differs' | 'invalid-pattern';
  /** One sentence; it shows the mapping, never the value of a claim. */
  readonly message: string;
  /** JSON pointer into the connector document. */
  readonly pointer: string;
}

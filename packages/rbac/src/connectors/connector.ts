import type * as config from '@postern/config';
import type { DocumentHead } from '../resource-types.js';
import type { TextList } from '../text-list.js';

/** A GitHub team and the roles it stands for; the team is a slug, not a display name. */
export type TeamMapping = config.TeamMapping;

/** An attribute or claim and the roles it stands for. Guides also write `name` for the claim of an OIDC mapping. */
export interface AttributeMapping {
  readonly name?: string | undefined;
  readonly claim?: string | undefined;
  /** `^…$` is a regular expression; in other texts each `*` is any run of characters and a group. */
  readonly value: string;
  /** Role names; `$1` and `$name` are groups. */
  readonly roles: TextList;
}

/** The part of a connector that maps to roles; a connector uses the list of its kind. */
export interface RoleMappings {
  readonly teams_to_roles?: readonly TeamMapping[] | undefined;
  readonly attributes_to_roles?: readonly AttributeMapping[] | undefined;
  readonly claims_to_roles?: readonly AttributeMapping[] | undefined;
}

/** A connector document; of its body the mappings are enough. */
export interface AuthConnector extends Partial<DocumentHead> {
  readonly kind: config.AuthConnector['kind'];
  readonly spec: RoleMappings | config.AuthConnector['spec'];
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

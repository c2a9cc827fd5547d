// The documents of @postern/config, as far as they may be written in code: the head is looser, because kinds and versions are
// checked when a document is compiled, and some parts may be left out.
import type * as config from '@postern/config';

/** The head of a document. Only the name is needed. */
export interface DocumentHead {
  readonly kind?: string | undefined;
  readonly version?: string | undefined;
  readonly sub_kind?: string | undefined;
  readonly metadata: config.Metadata;
}

/** Traits as lists, the form in which decisions read them. */
export type Traits = Readonly<Record<string, readonly string[]>>;

/** Label names with the values a role wants; one text is a list of one. */
export type LabelSelector = config.LabelMatcher;

/** Label names with values, as a resource carries them. */
export type Labels = config.LabelSet;

/** The common head of every document. */
export type Metadata = config.Metadata;

/** Access to configuration objects. */
export type RoleRule = config.RoleRule;

/** A claim of the identity provider and the roles it stands for. */
export type ClaimMapping = config.TraitMapping;

/** How many approvals and denials end a request. */
export type RequestThreshold = config.RequestThreshold;

/** Which roles a holder may ask for. */
export type RoleRequestConditions = config.RequestConditions;

/** Which requests a holder may review. */
export type RoleReviewConditions = config.ReviewConditions;

/** One side of a role. */
export type RoleConditions = config.RoleConditions;

/** Options of a role. */
export type RoleOptions = config.RoleOptions;

/** A role document: durations as text, defaults not filled in, traits not applied. The version, `v3` to `v8`, must be there. */
export interface Role extends DocumentHead {
  readonly spec?: config.RoleSpec | undefined;
}

/** A user document. */
export interface User extends DocumentHead {
  readonly spec?: config.UserSpec | undefined;
}

/** An application document, with the results of its label commands when there are any. */
export interface App extends DocumentHead {
  readonly spec: config.AppSpec;
  /** Results of label commands; they hide static labels of the same name. Default: none. */
  readonly dynamicLabels?: Labels | undefined;
}

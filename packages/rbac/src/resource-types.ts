// What this package reads of the resource documents. The full documents of @postern/config fit these shapes;
// so does anything else with the same fields, because fields not named here are ignored.
import type { TextList } from './text-list.js';

/** Named lists of text that a user carries, filled locally or by an identity provider. */
export type Traits = Readonly<Record<string, readonly string[]>>;

/** Label names with the values a role wants; one text is a list of one. */
export type LabelSelector = Readonly<Record<string, TextList>>;

/** Label names with values, as a resource carries them. */
export type Labels = Readonly<Record<string, string>>;

/** The common head of every document. */
export interface Metadata {
  /** Name of the resource. */
  readonly name: string;
  /** Static labels. */
  readonly labels?: Labels | undefined;
}

/** Access to configuration objects. */
export interface RoleRule {
  /** Kinds, or `*`. */
  readonly resources: TextList;
  /** Verbs such as `list`, `read`, `use`, or `*`. */
  readonly verbs: TextList;
  /** A condition over the user and the object. Default: none. */
  readonly where?: string | undefined;
  /** Side effects of the product; kept for the order of rules only. */
  readonly actions?: TextList | undefined;
}

/** A claim of the identity provider and the roles it stands for. */
export interface ClaimMapping {
  /** Name of the claim. */
  readonly claim: string;
  /** Pattern for its value. */
  readonly value: string;
  /** Role names; `$1` and `$name` are groups of the pattern. */
  readonly roles: TextList;
}

/** How many approvals and denials end a request. */
export interface RequestThreshold {
  readonly name?: string | undefined;
  /** Which reviews count, as a `where` condition over the reviewer. Default: all. */
  readonly filter?: string | undefined;
  /** Approvals needed; 0 never approves. Default 1. */
  readonly approve?: number | undefined;
  /** Denials needed; 0 never denies. Default 1. */
  readonly deny?: number | undefined;
}

/** Which roles a holder may ask for. */
export interface RoleRequestConditions {
  /** Name matchers. */
  readonly roles?: TextList | undefined;
  readonly claims_to_roles?: readonly ClaimMapping[] | undefined;
  readonly search_as_roles?: TextList | undefined;
  readonly thresholds?: readonly RequestThreshold[] | undefined;
  readonly suggested_reviewers?: TextList | undefined;
  readonly annotations?: Readonly<Record<string, TextList>> | undefined;
  /** Duration text. */
  readonly max_duration?: string | undefined;
  /** Whether a request needs a reason. */
  readonly reason?: { readonly mode?: 'optional' | 'required' | undefined } | undefined;
}

/** Which requests a holder may review. */
export interface RoleReviewConditions {
  /** Name matchers. */
  readonly roles?: TextList | undefined;
  readonly claims_to_roles?: readonly ClaimMapping[] | undefined;
  readonly where?: string | undefined;
  readonly preview_as_roles?: TextList | undefined;
}

/** One side of a role. */
export interface RoleConditions {
  readonly app_labels?: LabelSelector | undefined;
  readonly app_labels_expression?: string | undefined;
  readonly aws_role_arns?: TextList | undefined;
  readonly rules?: readonly RoleRule[] | undefined;
  readonly request?: RoleRequestConditions | undefined;
  readonly review_requests?: RoleReviewConditions | undefined;
}

/** Options of a role. */
export interface RoleOptions {
  /** Duration text; absent, `0`, `never` and negative mean 30 hours. */
  readonly max_session_ttl?: string | undefined;
  /** True, or one of the hardware key modes, asks for MFA at each session. */
  readonly require_session_mfa?: boolean | string | undefined;
  /** Only `required` acts. */
  readonly device_trust_mode?: string | undefined;
  /** `strict` or `best_effort`. */
  readonly lock?: string | undefined;
  /** `optional`, `always` or `reason`. */
  readonly request_access?: string | undefined;
}

/** A role document: durations as text, defaults not filled in, traits not applied. */
export interface Role {
  readonly kind?: string | undefined;
  /** `v3` to `v8`. */
  readonly version?: string | undefined;
  readonly metadata: { readonly name: string };
  readonly spec?:
    | {
        readonly options?: RoleOptions | undefined;
        readonly allow?: RoleConditions | undefined;
        readonly deny?: RoleConditions | undefined;
      }
    | undefined;
}

/** A user document. */
export interface User {
  readonly metadata: { readonly name: string };
  readonly spec?:
    | {
        readonly roles?: TextList | undefined;
        readonly traits?: Readonly<Record<string, TextList>> | undefined;
      }
    | undefined;
}

/** An application document, with the results of its label commands when there are any. */
export interface App {
  readonly metadata: Metadata;
  readonly spec: {
    readonly uri?: string | undefined;
    /** `AWS` makes it an AWS app whatever the address. */
    readonly cloud?: string | undefined;
  };
  /** Results of label commands; they hide static labels of the same name. Default: none. */
  readonly dynamicLabels?: Labels | undefined;
}

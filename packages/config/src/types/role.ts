import type { DurationText, Kept, LabelMatcher, Metadata, StringList, Traits } from './common.js';

/** The versions of a role. They differ in defaults: v3 allows every app when `app_labels` is absent. */
export type RoleVersion = 'v3' | 'v4' | 'v5' | 'v6' | 'v7' | 'v8';

/** A role: what its holders may and may not do. */
export interface Role {
  readonly kind: 'role';
  /** Must be written: it changes defaults. */
  readonly version: RoleVersion;
  readonly sub_kind?: string | undefined;
  readonly metadata: Metadata;
  readonly spec?: RoleSpec | undefined;
}

/** The body of a {@link Role}. */
export interface RoleSpec {
  readonly options?: RoleOptions | undefined;
  readonly allow?: RoleConditions | undefined;
  readonly deny?: RoleConditions | undefined;
}

/** Options of a {@link Role}. The ones without meaning for AWS access are kept as they are. */
export interface RoleOptions {
  /** Longest session. Zero, `never` and negative mean the default. Default 30 h. */
  readonly max_session_ttl?: DurationText | undefined;
  /** What happens when locks are not up to date: `strict` or `best_effort`. Default, and what an empty text means: the cluster's mode. */
  readonly lock?: '' | 'strict' | 'best_effort' | undefined;
  /** Whether each session needs a second factor; `true`, `false` or the name of a mode. Default false. */
  readonly require_session_mfa?: boolean | string | undefined;
  readonly device_trust_mode?: string | undefined;
  /** How users must give reasons when they request access: `optional`, `reason` or `always`. */
  readonly request_access?: string | undefined;
  readonly request_prompt?: string | undefined;
  readonly cert_extensions?: Kept | undefined;
  readonly cert_format?: Kept | undefined;
  readonly client_idle_timeout?: Kept | undefined;
  readonly create_db_user?: Kept | undefined;
  readonly create_db_user_mode?: Kept | undefined;
  readonly create_desktop_user?: Kept | undefined;
  readonly create_host_user?: Kept | undefined;
  readonly create_host_user_default_shell?: Kept | undefined;
  readonly create_host_user_mode?: Kept | undefined;
  readonly desktop_clipboard?: Kept | undefined;
  readonly desktop_directory_sharing?: Kept | undefined;
  readonly disconnect_expired_cert?: Kept | undefined;
  readonly enhanced_recording?: Kept | undefined;
  readonly forward_agent?: Kept | undefined;
  readonly idp?: Kept | undefined;
  readonly max_connections?: Kept | undefined;
  readonly max_kubernetes_connections?: Kept | undefined;
  readonly max_sessions?: Kept | undefined;
  readonly mfa_verification_interval?: Kept | undefined;
  readonly permit_x11_forwarding?: Kept | undefined;
  readonly pin_source_ip?: Kept | undefined;
  readonly port_forwarding?: Kept | undefined;
  readonly record_session?: Kept | undefined;
  readonly ssh_file_copy?: Kept | undefined;
  readonly ssh_port_forwarding?: Kept | undefined;
}

/** One side, `allow` or `deny`, of a {@link Role}. */
export interface RoleConditions {
  /** Labels an app must have. */
  readonly app_labels?: LabelMatcher | undefined;
  /** A predicate over labels and traits. Evaluated by the rbac package. */
  readonly app_labels_expression?: string | undefined;
  /** AWS role ARNs, or templates that give some. */
  readonly aws_role_arns?: StringList | undefined;
  readonly rules?: readonly RoleRule[] | undefined;
  /** Names of further roles. */
  readonly roles?: StringList | undefined;
  readonly request?: RequestConditions | undefined;
  readonly review_requests?: ReviewConditions | undefined;
  readonly logins?: StringList | undefined;
  readonly namespaces?: StringList | undefined;
  readonly host_groups?: StringList | undefined;
  readonly host_sudoers?: StringList | undefined;
  readonly desktop_groups?: StringList | undefined;
  readonly windows_desktop_logins?: StringList | undefined;
  readonly azure_identities?: StringList | undefined;
  readonly gcp_service_accounts?: StringList | undefined;
  readonly impersonate?: Kept | undefined;
  readonly join_sessions?: Kept | undefined;
  readonly require_session_join?: Kept | undefined;
  readonly spiffe?: Kept | undefined;
  readonly github_permissions?: Kept | undefined;
  readonly account_assignments?: Kept | undefined;
  /** Labels, users and resources without meaning for AWS access. */
  readonly [other: OtherCondition]: Kept | undefined;
}

/** Names of conditions that are kept and not checked further. */
export type OtherCondition =
  | `cluster_${string}`
  | `database_${string}`
  | `db_${string}`
  | `group_${string}`
  | `kubernetes_${string}`
  | `node_${string}`
  | `windows_desktop_labels${string}`;

/** Which verbs on which kinds of resources. */
export interface RoleRule {
  readonly resources: StringList;
  readonly verbs: StringList;
  /** A predicate. Evaluated by the rbac package. */
  readonly where?: string | undefined;
  readonly actions?: StringList | undefined;
}

/** Which roles may be requested. */
export interface RequestConditions {
  readonly roles?: StringList | undefined;
  readonly claims_to_roles?: readonly TraitMapping[] | undefined;
  readonly search_as_roles?: StringList | undefined;
  readonly suggested_reviewers?: StringList | undefined;
  readonly thresholds?: readonly RequestThreshold[] | undefined;
  readonly annotations?: Traits | undefined;
  readonly max_duration?: DurationText | undefined;
  readonly reason?: RequestReason | undefined;
  readonly kubernetes_resources?: Kept | undefined;
}

/** Whether a request needs a reason, and the prompt for it. */
export interface RequestReason {
  readonly mode?: 'optional' | 'required' | undefined;
  readonly prompt?: string | undefined;
}

/** How many reviews settle a request. */
export interface RequestThreshold {
  readonly name?: string | undefined;
  /** A predicate over the review; empty: every review counts. */
  readonly filter?: string | undefined;
  /** Approvals needed; 0 never approves. Default 1. */
  readonly approve?: number | undefined;
  /** Denials needed; 0 never denies. Default 1. */
  readonly deny?: number | undefined;
}

/** Which requests may be reviewed. */
export interface ReviewConditions {
  readonly roles?: StringList | undefined;
  readonly claims_to_roles?: readonly TraitMapping[] | undefined;
  readonly where?: string | undefined;
  readonly preview_as_roles?: StringList | undefined;
}

/** A trait (or claim) with a value that gives roles. */
export interface TraitMapping {
  readonly claim: string;
  readonly value: string;
  readonly roles: StringList;
}

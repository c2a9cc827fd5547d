import type {
  DurationText,
  Kept,
  LabelMatcher,
  Metadata,
  ResourceOf,
  StringList,
  TimeText,
  Traits,
} from './common.js';

/** A local user, or what was last known of one from single sign-on. */
export interface User {
  readonly kind: 'user';
  readonly version?: 'v2' | undefined;
  readonly sub_kind?: string | undefined;
  readonly metadata: Metadata;
  readonly spec?: UserSpec | undefined;
}

/** The body of a {@link User}. */
export interface UserSpec {
  readonly roles?: StringList | undefined;
  /** `aws_role_arns`, `logins` and any other. */
  readonly traits?: Traits | undefined;
  readonly expires?: TimeText | undefined;
  readonly created_by?: Kept | undefined;
  readonly status?: Kept | undefined;
}

/** System roles a token can give. */
export type SystemRole =
  | 'App'
  | 'Auth'
  | 'Bot'
  | 'Db'
  | 'Discovery'
  | 'Instance'
  | 'Kube'
  | 'MDM'
  | 'Node'
  | 'Okta'
  | 'Proxy'
  | 'WindowsDesktop';

/** How a process proves that it may join. */
export type JoinMethod =
  | 'azure'
  | 'bitbucket'
  | 'circleci'
  | 'ec2'
  | 'gcp'
  | 'github'
  | 'gitlab'
  | 'iam'
  | 'kubernetes'
  | 'oracle'
  | 'spacelift'
  | 'terraform_cloud'
  | 'token'
  | 'tpm';

/** A join token. With method `token` its name is a secret. */
export type Token = ResourceOf<'token', 'v2', TokenSpec>;

/** The body of a {@link Token}. */
export interface TokenSpec {
  /** Names of {@link SystemRole}s in any case; `DB` is Db. */
  readonly roles: StringList;
  /** Default: `ec2` when there are allow rules, else `token`. */
  readonly join_method?: JoinMethod | undefined;
  /** Needed exactly when `roles` has Bot. */
  readonly bot_name?: string | undefined;
  readonly allow?: readonly TokenRule[] | undefined;
  /** How long an EC2 instance identity document is taken. Default 5 min for method ec2. */
  readonly aws_iid_ttl?: DurationText | undefined;
  readonly suggested_labels?: LabelMatcher | undefined;
  readonly suggested_agent_matcher_labels?: LabelMatcher | undefined;
  readonly azure?: Kept | undefined;
  readonly bitbucket?: Kept | undefined;
  readonly circleci?: Kept | undefined;
  readonly gcp?: Kept | undefined;
  readonly github?: Kept | undefined;
  readonly gitlab?: Kept | undefined;
  readonly kubernetes?: Kept | undefined;
  readonly oracle?: Kept | undefined;
  readonly spacelift?: Kept | undefined;
  readonly terraform_cloud?: Kept | undefined;
  readonly tpm?: Kept | undefined;
}

/** One alternative that lets a process join: all its fields must fit. */
export interface TokenRule {
  /** Twelve digits. */
  readonly aws_account?: string | undefined;
  /** ec2 only. */
  readonly aws_role?: string | undefined;
  /** iam only: an ARN with `*` for any run of characters and `?` for one. */
  readonly aws_arn?: string | undefined;
  /** ec2 only. */
  readonly aws_regions?: StringList | undefined;
  readonly aws_organization_id?: string | undefined;
  readonly aws_organizational_units?: StringList | undefined;
  readonly aws_user_id?: StringList | undefined;
}

/** What a {@link Lock} hits. At least one field. */
export interface LockTarget {
  readonly user?: string | undefined;
  readonly role?: string | undefined;
  readonly login?: string | undefined;
  readonly mfa_device?: string | undefined;
  readonly windows_desktop?: string | undefined;
  readonly access_request?: string | undefined;
  readonly device?: string | undefined;
  readonly server_id?: string | undefined;
  readonly bot_instance_id?: string | undefined;
  readonly join_token?: string | undefined;
}

/** A lock: its target gets no access while it stands. */
export type Lock = ResourceOf<'lock', 'v2', LockSpec>;

/** The body of a {@link Lock}. */
export interface LockSpec {
  readonly target: LockTarget;
  readonly message?: string | undefined;
  /** Default: for ever. */
  readonly expires?: TimeText | undefined;
  readonly created_at?: Kept | undefined;
  readonly created_by?: Kept | undefined;
}

/** A request for roles or single resources. */
export type AccessRequest = ResourceOf<'access_request', 'v3', AccessRequestSpec>;

/** Where an {@link AccessRequest} stands. */
export type AccessRequestState = 'PENDING' | 'APPROVED' | 'DENIED' | 'PROMOTED';

/** The body of an {@link AccessRequest}. */
export interface AccessRequestSpec {
  readonly user: string;
  /** Roles or `requested_resource_ids` are needed. The normalised view is sorted and without repetition. */
  readonly roles?: StringList | undefined;
  readonly requested_resource_ids?: readonly ResourceId[] | undefined;
  /** Default PENDING. */
  readonly state?: AccessRequestState | undefined;
  readonly request_reason?: string | undefined;
  readonly resolve_reason?: string | undefined;
  readonly expires?: TimeText | undefined;
  readonly max_duration?: Kept | undefined;
  readonly suggested_reviewers?: StringList | undefined;
  readonly created?: TimeText | undefined;
}

/** One resource named by a request. */
export interface ResourceId {
  readonly cluster?: string | undefined;
  readonly kind: string;
  readonly name: string;
  readonly sub_resource?: string | undefined;
}

/** Members who get roles and traits. */
export type AccessList = ResourceOf<'access_list', 'v1', AccessListSpec>;

/** The body of an {@link AccessList}. */
export interface AccessListSpec {
  readonly title: string;
  readonly description?: string | undefined;
  readonly owners?: readonly AccessListOwner[] | undefined;
  readonly members?: readonly AccessListMember[] | undefined;
  readonly membership_requires?: RolesAndTraits | undefined;
  readonly ownership_requires?: RolesAndTraits | undefined;
  readonly grants?: RolesAndTraits | undefined;
  readonly owner_grants?: RolesAndTraits | undefined;
  readonly audit?: AccessListAudit | undefined;
}

/** Whether a member or owner is a user or another list. */
export type MembershipKind = 'user' | 'list';

/** One owner of an {@link AccessList}. */
export interface AccessListOwner {
  readonly name: string;
  readonly description?: string | undefined;
  /** Default `user`. */
  readonly membership_kind?: MembershipKind | undefined;
}

/** One member of an {@link AccessList}. */
export interface AccessListMember {
  readonly name: string;
  readonly expires?: TimeText | undefined;
  /** Default `user`. */
  readonly membership_kind?: MembershipKind | undefined;
}

/** Roles and traits that are required or granted. */
export interface RolesAndTraits {
  readonly roles?: StringList | undefined;
  readonly traits?: Traits | undefined;
}

/** When an {@link AccessList} is to be reviewed. */
export interface AccessListAudit {
  readonly recurrence?: AccessListRecurrence | undefined;
  readonly notifications?: AccessListNotifications | undefined;
}

/** How often an {@link AccessList} is to be reviewed. */
export interface AccessListRecurrence {
  /** Months: 1, 3, 6 or 12. Default 6. */
  readonly frequency?: number | undefined;
  /** `1`, `15` or `last`. Default `1`. */
  readonly day_of_month?: '1' | '15' | 'last' | undefined;
}

/** How long before a review its owners are told. */
export interface AccessListNotifications {
  /** Default 14 days. */
  readonly start?: DurationText | undefined;
}

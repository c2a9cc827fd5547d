import type { DurationText, Kept, LabelSet, Metadata, ResourceOf, StringList } from './common.js';

/** The cloud whose API and console an app stands for; empty for an ordinary app. Case matters. */
export type AppCloud = '' | 'AWS' | 'Azure' | 'GCP';

/** A label whose value a command prints. */
export interface AppCommand {
  readonly name: string;
  readonly command: StringList;
  readonly period?: DurationText | undefined;
}

/** AWS settings of an app. */
export interface AppAws {
  /** Sent with AssumeRole: 2 to 1224 characters. */
  readonly external_id?: string | undefined;
  readonly region?: string | undefined;
  readonly roles_anywhere_profile?: AppRolesAnywhereProfile | undefined;
}

/** The IAM Roles Anywhere profile of an app. */
export interface AppRolesAnywhereProfile {
  readonly profile_arn?: string | undefined;
  readonly accept_role_session_name?: boolean | undefined;
}

/** What an app rewrites in requests and answers. */
export interface AppRewrite {
  readonly redirect?: StringList | undefined;
  /** `Name: value` texts, or maps of name and value. */
  readonly headers?: readonly (string | AppHeader)[] | undefined;
  readonly jwt_claims?: 'roles-and-traits' | 'roles' | 'traits' | 'none' | undefined;
}

/** One header set by an app. */
export interface AppHeader {
  readonly name: string;
  readonly value: string;
}

/** What apps have in common, however they are registered. */
export interface AppFields {
  /** Needed unless `cloud` is set. */
  readonly uri?: string | undefined;
  readonly public_addr?: string | undefined;
  /** Default: AWS when `uri` is an AWS console, else empty. */
  readonly cloud?: AppCloud | undefined;
  readonly commands?: readonly AppCommand[] | undefined;
  readonly insecure_skip_verify?: boolean | undefined;
  readonly debug?: boolean | undefined;
  readonly aws?: AppAws | undefined;
  /** Name of the integration whose credentials the app uses. */
  readonly integration?: string | undefined;
  readonly rewrite?: AppRewrite | undefined;
  readonly required_apps?: StringList | undefined;
  readonly use_any_proxy_public_addr?: boolean | undefined;
  readonly cors?: Kept | undefined;
  readonly tcp_ports?: readonly Kept[] | undefined;
  readonly mcp?: Kept | undefined;
  readonly user_groups?: StringList | undefined;
}

/** The body of an {@link App}. */
export interface AppSpec extends AppFields {
  readonly dynamic_labels?: Kept | undefined;
  readonly required_app_names?: StringList | undefined;
  readonly identity_center?: Kept | undefined;
}

/** An app of the service file or the chart values. */
export interface ServiceApp extends AppFields {
  /** A DNS label. */
  readonly name: string;
  readonly description?: string | undefined;
  /** `aws_account_id` narrows the AWS roles that are shown. */
  readonly labels?: LabelSet | undefined;
}

/** An app as a resource. Its static labels stand in the metadata. */
export type App = ResourceOf<'app', 'v3', AppSpec>;

/** An app as some host serves it. */
export type AppServer = ResourceOf<'app_server', 'v3', AppServerSpec>;

/** The body of an {@link AppServer}. */
export interface AppServerSpec {
  readonly host_id: string;
  readonly app: NestedApp;
  readonly hostname?: string | undefined;
  readonly version?: string | undefined;
  readonly rotation?: Kept | undefined;
  readonly proxy_ids?: Kept | undefined;
}

/** The app inside an {@link AppServer}: its kind may be left out. */
export interface NestedApp {
  readonly kind?: 'app' | undefined;
  readonly version?: 'v3' | undefined;
  readonly sub_kind?: string | undefined;
  readonly metadata: Metadata;
  readonly spec: AppSpec;
}

/** An integration with a cloud account or another service. */
export type Integration = ResourceOf<'integration', 'v1', IntegrationSpec> & {
  readonly sub_kind: IntegrationSubKind;
};

/** The kinds of integration. The sub-kind of an existing one cannot change. */
export type IntegrationSubKind = 'aws-oidc' | 'aws-ra' | 'azure-oidc' | 'github';

/** The body of an {@link Integration}: the block of its sub-kind. */
export interface IntegrationSpec {
  readonly aws_oidc?: AwsOidcIntegration | undefined;
  readonly aws_ra?: AwsRaIntegration | undefined;
  readonly azure_oidc?: AzureOidcIntegration | undefined;
  readonly github?: GithubIntegration | undefined;
}

/** Credentials through an OpenID Connect provider in IAM. */
export interface AwsOidcIntegration {
  /** AWS role ARN the integration assumes. */
  readonly role_arn: string;
  /** `s3://bucket/prefix`; deprecated. */
  readonly issuer_s3_uri?: string | undefined;
  readonly audience?: '' | 'aws-identity-center' | undefined;
}

/** Credentials through IAM Roles Anywhere. */
export interface AwsRaIntegration {
  readonly trust_anchor_arn: string;
  readonly profile_sync_config?: ProfileSyncConfig | undefined;
}

/** Which Roles Anywhere profiles are synchronised. */
export interface ProfileSyncConfig {
  readonly enabled?: boolean | undefined;
  /** Needed when enabled. */
  readonly profile_arn?: string | undefined;
  /** AWS role ARN; needed when enabled. */
  readonly role_arn?: string | undefined;
  readonly profile_accepts_role_session_name?: boolean | undefined;
  readonly role_name_filters?: StringList | undefined;
}

/** Credentials for Azure. */
export interface AzureOidcIntegration {
  readonly tenant_id: string;
  readonly client_id: string;
}

/** A GitHub organization. */
export interface GithubIntegration {
  readonly organization: string;
}

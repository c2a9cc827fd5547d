import type { ServiceApp } from './app.js';
import type { Kept, LabelMatcher, LabelSet, StringList } from './common.js';
import type { JoinMethod } from './identity.js';

/** The service file: what one process runs. */
export interface ServiceConfig {
  /** Default v1. v3 has `auth_server` or `proxy_server` in place of `auth_servers`. */
  readonly version?: 'v1' | 'v2' | 'v3' | undefined;
  readonly teleport?: TeleportSection | undefined;
  readonly auth_service?: ServiceSection | undefined;
  readonly proxy_service?: ServiceSection | undefined;
  readonly ssh_service?: ServiceSection | undefined;
  readonly app_service?: AppServiceSection | undefined;
  readonly db_service?: Kept | undefined;
  readonly kubernetes_service?: Kept | undefined;
  readonly windows_desktop_service?: Kept | undefined;
  readonly discovery_service?: Kept | undefined;
  readonly metrics_service?: Kept | undefined;
  readonly tracing_service?: Kept | undefined;
  readonly debug_service?: Kept | undefined;
}

/** What concerns the whole process. */
export interface TeleportSection {
  readonly nodename?: string | undefined;
  readonly data_dir?: string | undefined;
  readonly pid_file?: string | undefined;
  readonly ca_pin?: StringList | undefined;
  readonly log?: LogSection | undefined;
  readonly cache?: Kept | undefined;
  /** Old form of `join_params`. A secret. */
  readonly auth_token?: string | undefined;
  readonly join_params?: JoinParams | undefined;
  /** host:port; the port must be written. */
  readonly proxy_server?: string | undefined;
  readonly auth_server?: string | undefined;
  /** v1 and v2 only. */
  readonly auth_servers?: StringList | undefined;
  readonly advertise_ip?: string | undefined;
  readonly diag_addr?: string | undefined;
  readonly connection_limits?: Kept | undefined;
  readonly ciphers?: Kept | undefined;
  readonly kex_algos?: Kept | undefined;
  readonly mac_algos?: Kept | undefined;
  readonly storage?: Kept | undefined;
}

/** How the process joins. */
export interface JoinParams {
  /** The name of the token, or the path of a file that holds it (not read here). With method `token` a secret. */
  readonly token_name?: string | undefined;
  /** Default `token`. */
  readonly method?: JoinMethod | undefined;
  readonly azure?: Kept | undefined;
}

/** Where the process logs. */
export interface LogSection {
  readonly output?: string | undefined;
  readonly severity?: string | undefined;
  readonly format?: Kept | undefined;
}

/** A service that can be turned off; its other fields are kept. */
export interface ServiceSection {
  /** Default true. */
  readonly enabled?: boolean | undefined;
  readonly [field: string]: Kept | undefined;
}

/** The application service. */
export interface AppServiceSection {
  /** Default false. */
  readonly enabled?: boolean | undefined;
  readonly debug_app?: boolean | undefined;
  readonly apps?: readonly ServiceApp[] | undefined;
  readonly resources?: readonly ResourceSelector[] | undefined;
  readonly mcp_demo_server?: boolean | undefined;
}

/** Labels that choose dynamic resources. */
export interface ResourceSelector {
  readonly labels?: LabelMatcher | undefined;
  readonly aws?: Kept | undefined;
}

/** Values of the agent chart. Further keys are kept untouched. */
export interface HelmValues {
  /** A secret. */
  readonly authToken?: string | undefined;
  readonly joinParams?: HelmJoinParams | undefined;
  /** host:port. */
  readonly proxyAddr?: string | undefined;
  /** Comma list, or a list: app, db, kube, discovery, jamf, mdm, updater. */
  readonly roles?: StringList | undefined;
  readonly apps?: readonly ServiceApp[] | undefined;
  readonly appResources?: readonly ResourceSelector[] | undefined;
  readonly kubeClusterName?: string | undefined;
  readonly databases?: readonly Kept[] | undefined;
  readonly awsDatabases?: readonly Kept[] | undefined;
  readonly annotations?: HelmAnnotations | undefined;
  readonly labels?: LabelSet | undefined;
  readonly insecureSkipProxyTLSVerify?: boolean | undefined;
}

/** How the agent of the chart joins. */
export interface HelmJoinParams {
  readonly method?: JoinMethod | undefined;
  readonly tokenName?: string | undefined;
}

/** Annotations of the chart's objects. */
export interface HelmAnnotations {
  /** `eks.amazonaws.com/role-arn` names the AWS role of the pod. */
  readonly serviceAccount?: LabelSet | undefined;
  readonly [object: string]: Kept | undefined;
}

/** A resource that a session is limited to. */
export interface ResourceId {
  readonly cluster: string;
  /** `app` for apps. */
  readonly kind: string;
  readonly name: string;
}

/** What is known about the session that asks. */
export interface AccessState {
  /** MFA was done for this session. Default false. */
  readonly mfaVerified?: boolean | undefined;
  /** The cluster asks for MFA at each session. Default false. */
  readonly clusterRequireMfa?: boolean | undefined;
  /** Devices are checked. Default false. */
  readonly enableDeviceVerification?: boolean | undefined;
  /** The device is known and trusted. Default false. */
  readonly deviceVerified?: boolean | undefined;
  /** Name of the cluster the app is in; compared with {@link allowedResources}. Default empty. */
  readonly cluster?: string | undefined;
  /** Resources the session is limited to; an empty list is no limit. Default: no limit. */
  readonly allowedResources?: readonly ResourceId[] | undefined;
}

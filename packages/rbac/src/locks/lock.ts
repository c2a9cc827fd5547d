/** What a lock or an identity is about; every field is a name. */
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
  /** Old name of {@link server_id}. */
  readonly node?: string | undefined;
}

/** A lock document. */
export interface Lock {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly target: LockTarget;
    /** Shown to whoever is locked. */
    readonly message?: string | undefined;
    /** RFC 3339 time from which it is over. Default: never. */
    readonly expires?: string | undefined;
  };
}

/** How an outdated list of locks is taken: `strict` refuses everybody, `best_effort` goes on with it. */
export type LockMode = 'strict' | 'best_effort';

/** Who asks, for {@link lockTargetsOf}. */
export interface LockIdentity {
  readonly user: string;
  readonly roles: readonly string[];
  /** Id of the MFA device used. */
  readonly mfaDevice?: string | undefined;
  /** Id of the trusted device. */
  readonly deviceId?: string | undefined;
  /** Names of the active access requests. */
  readonly accessRequests?: readonly string[] | undefined;
}

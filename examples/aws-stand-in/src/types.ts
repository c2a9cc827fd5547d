import type { Fault } from './faults.js';
import type { PartitionName } from './hosts/partitions.js';
import type { PolicyDocument } from './iam/policy-document.js';
import type { RequestRecord } from './request-log.js';

/** Long-lived or temporary keys in the shape of the AWS SDK for JavaScript. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** Keys of a role session. */
export interface TemporaryCredentials extends Credentials {
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Permissions of a user or role: either short names, or whole policy documents, or both. */
export interface PermissionSeed {
  /** `service:Action` with `*` as wildcard, such as `s3:Get*`; allowed on every resource. Default: none. */
  readonly allow?: readonly string[] | undefined;
  /** Identity policies with resources and conditions. Default: none. */
  readonly policies?: readonly PolicyDocument[] | undefined;
  /** IAM tags. Default: none. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** IAM path, beginning and ending with a slash. Default: `/`. */
  readonly path?: string | undefined;
}

/** An IAM user with one access key. */
export interface UserSeed extends PermissionSeed {
  readonly name: string;
  /** Default: made from the injected random source. */
  readonly accessKeyId?: string | undefined;
  /** Default: made from the injected random source. */
  readonly secretAccessKey?: string | undefined;
}

/** An IAM role. */
export interface RoleSeed extends PermissionSeed {
  readonly name: string;
  /** Trust policy, as the IAM API takes it. */
  readonly trust: PolicyDocument;
  /** Longest session in seconds, 3600 to 43200. Default: 3600. */
  readonly maxSessionDuration?: number | undefined;
}

/** An OpenID Connect provider registered in an account. */
export interface OidcProviderSeed {
  /** The issuer, `https://…`. */
  readonly url: string;
  /** Audiences that tokens may carry. */
  readonly clientIds: readonly string[];
}

/** An AWS account of one partition. */
export interface AccountSeed {
  /** Twelve digits. */
  readonly id: string;
  /** Default: `aws`. */
  readonly partition?: PartitionName | undefined;
  readonly users?: readonly UserSeed[] | undefined;
  readonly roles?: readonly RoleSeed[] | undefined;
  readonly oidcProviders?: readonly OidcProviderSeed[] | undefined;
  /** Buckets that exist from the start. */
  readonly buckets?: readonly { readonly name: string; readonly region: string }[] | undefined;
}

/** Options of `createAwsStandIn`. */
export interface AwsStandInOptions {
  readonly accounts: readonly AccountSeed[];
  /** Default: the system clock. */
  readonly clock?: (() => Date) | undefined;
  /** Fetches discovery documents and key sets of OIDC issuers. Default: the global fetch. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Default: `randomBytes` of node:crypto. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** Seconds that a signature may be away from the clock, each way. Default: 300. */
  readonly clockSkewSeconds?: number | undefined;
  /** The same for S3. Default: 900. */
  readonly s3ClockSkewSeconds?: number | undefined;
  /** Temporary sessions kept at most; the oldest go first. Default: 10,000. */
  readonly maxSessions?: number | undefined;
  /** Entries of the request log kept at most; the oldest go first. Default: 10,000. */
  readonly maxLogEntries?: number | undefined;
  /** Points of CloudWatch metrics kept at most; the oldest go first. Default: 100,000. */
  readonly maxMetricPoints?: number | undefined;
  /** Bytes of one request body outside S3. Default: 16 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** Bytes of one S3 object. Default: 2 GiB. */
  readonly maxObjectBytes?: number | undefined;
  /** Serve TLS with this certificate instead of plain HTTP. Default: plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** Which role session to make without AssumeRole, as an instance profile or a test needs it. */
export interface RoleSessionOptions {
  readonly sessionName: string;
  /** Seconds, negative for a session that is already over. Default: 3600. */
  readonly durationSeconds?: number | undefined;
  /** Session of an EC2 instance profile, which does not count as role chaining. Default: false. */
  readonly instanceProfile?: boolean | undefined;
}

/** A running or startable stand-in. All state lives in this object. */
export interface AwsStandIn {
  /**
   * Starts to listen on loopback.
   *
   * @param port 0 takes a free one. Default: 0
   */
  listen(options?: { readonly port?: number | undefined }): Promise<void>;
  /** `http://127.0.0.1:PORT`, or https with a certificate. @throws {StandInError} `not-listening` */
  readonly url: string;
  /** @throws {StandInError} `not-listening` */
  readonly port: number;
  /** Ends all connections and the server; safe to call twice. */
  close(): Promise<void>;
  /**
   * A fetch that dials this stand-in for every address and keeps the Host; redirects are given back or refused, never
   * followed.
   */
  readonly fetch: typeof globalThis.fetch;
  /** What was asked and how it ended, oldest first. Holds no secret. */
  readonly requests: readonly RequestRecord[];
  /** Forgets the log. */
  clearRequests(): void;
  /**
   * Keys of a seeded user.
   *
   * @param user name, or ARN where the name is not unique
   * @throws {StandInError} `unknown-principal`
   */
  credentialsFor(user: string): Credentials;
  /**
   * Temporary keys of a seeded role, without a call.
   *
   * @throws {StandInError} `unknown-principal`
   */
  roleSession(roleArn: string, options: RoleSessionOptions): TemporaryCredentials;
  /**
   * Ends role sessions before their time, as waiting an hour would.
   *
   * @param match every given field must agree; none ends all
   * @returns how many sessions ended
   */
  expireSessions(match?: {
    readonly roleArn?: string | undefined;
    readonly sessionName?: string | undefined;
    readonly accessKeyId?: string | undefined;
  }): number;
  /** Every temporary key pair that was issued and is still kept: what a test must not find in logs. */
  issuedCredentials(): readonly TemporaryCredentials[];
  /** Makes the next matching calls fail in a chosen way. Returns a function that withdraws the fault. */
  inject(fault: Fault): () => void;
}

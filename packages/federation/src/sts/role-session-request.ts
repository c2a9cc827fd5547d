import type { PartitionName } from '@postern/config/aws';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { SessionTag, StsSender } from './types.js';

/** A role between the base credentials and the role that is wanted. */
export interface RoleStep {
  /** ARN of the role, for example of an OIDC integration. */
  readonly roleArn: string;
  /** Default: none. */
  readonly externalId?: string | undefined;
  /** Makes a fresh web identity token; then the step is AssumeRoleWithWebIdentity. Default: AssumeRole. */
  readonly webIdentityToken?: (() => Promise<string>) | undefined;
}

/** The session that is wanted, with everything that shapes it. All of it takes part in the cache key. */
export interface RoleSessionRequest {
  /** The user, as the identity provider names him. Sessions are never shared between users. */
  readonly identity: string;
  /** When the login of the user ends. No session lasts longer. Default: no end. */
  readonly identityExpires?: Date | undefined;
  /** The role that is wanted. */
  readonly roleArn: string;
  /** Default: formatRoleSessionName of the identity. */
  readonly roleSessionName?: string | undefined;
  /** Default: none. */
  readonly externalId?: string | undefined;
  /** Default: none. */
  readonly sourceIdentity?: string | undefined;
  /** Default: none. */
  readonly tags?: readonly SessionTag[] | undefined;
  /** Default: none. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** Session policy, JSON text. Default: none. */
  readonly policy?: string | undefined;
  /** Managed session policies. Default: none. */
  readonly policyArns?: readonly string[] | undefined;
  /** A role to go through first; AWS allows more, but two roles in all are the limit here. Default: none. */
  readonly chain?: readonly RoleStep[] | undefined;
  /** Makes a fresh web identity token: straight to the role by AssumeRoleWithWebIdentity. Default: AssumeRole. */
  readonly webIdentityToken?: (() => Promise<string>) | undefined;
  /** Names the base credentials when there are several; it is handed to the `sts` function. Default: none. */
  readonly baseIdentity?: string | undefined;
  /** Region of the STS endpoint; it is handed to the `sts` function. Default: its choice. */
  readonly region?: string | undefined;
  /** `api` for requests, `console` for a sign-in address; see resolveSessionDuration. Default `api`. */
  readonly purpose?: 'api' | 'console' | undefined;
  /** The wish of the user in seconds. Default: as long as allowed. */
  readonly requestedSeconds?: number | undefined;
  /** MaxSessionDuration of the role. Default: unknown, one hour. */
  readonly roleMaxSessionSeconds?: number | undefined;
}

/** Which STS client is needed. */
export interface StsContext {
  /** Partition of the role. */
  readonly partition: PartitionName;
  readonly region: string | undefined;
  readonly baseIdentity: string | undefined;
  /** Credentials of the role before in a chain; undefined for the base credentials. */
  readonly credentials: AwsCredentialIdentity | undefined;
}

/** Gives the STS client of a context. Keep clients: one per context without credentials is enough. */
export type StsFactory = (context: StsContext) => StsSender;

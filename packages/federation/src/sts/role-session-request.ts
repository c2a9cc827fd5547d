import type { PartitionName } from '@postern/config/aws';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { IssueTokenQuery } from '../oidc/token.js';
import type { SessionTag, StsSender } from './types.js';

/**
 * Where web identity tokens come from. It says what the tokens say, because that shapes the session: the cache
 * hands the parts to `issueToken`, so tokens and cache key cannot differ.
 */
export interface WebIdentity {
  /**
   * Makes a fresh token for each call; an OidcProvider fits. Tokens of other issuers must say what they are asked
   * to say. A rejection becomes `web-identity-token-unavailable`.
   */
  readonly provider: {
    readonly issuer: string;
    /** A token that says what it is asked to say. */
    issueToken(q: IssueTokenQuery): Promise<string>;
  };
  /** The claim `sub`, such as `system:proxy`. The user goes to the claim `obo`. */
  readonly subject: string;
  /** The claim `aud`. Default `discover.teleport`. */
  readonly audience?: string | undefined;
}

/** How one role is assumed. Tags and source identity travel as claims where there is a web identity. */
export interface RoleStep {
  /** ARN of the role, for example of an OIDC integration. */
  readonly roleArn: string;
  /** Not together with a web identity, which has none. Default: none. */
  readonly externalId?: string | undefined;
  /** Stays with the session and every session chained from it. Default: none. */
  readonly sourceIdentity?: string | undefined;
  /** Default: none. */
  readonly tags?: readonly SessionTag[] | undefined;
  /** Default: none. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** Assume the role by AssumeRoleWithWebIdentity. Default: AssumeRole. */
  readonly webIdentity?: WebIdentity | undefined;
}

/** The session that is wanted, with everything that shapes it. All of it takes part in the cache key. */
export interface RoleSessionRequest extends RoleStep {
  /** The user, as the identity provider names him. Sessions are never shared between users. */
  readonly identity: string;
  /** When the login of the user ends. No session lasts longer. Default: no end. */
  readonly identityExpires?: Date | undefined;
  /** Default: formatRoleSessionName of the identity. */
  readonly roleSessionName?: string | undefined;
  /** Session policy, JSON text. Default: none. */
  readonly policy?: string | undefined;
  /** Managed session policies. Default: none. */
  readonly policyArns?: readonly string[] | undefined;
  /** A role to go through first; AWS allows more, but two roles in all are the limit here. Default: none. */
  readonly chain?: readonly RoleStep[] | undefined;
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

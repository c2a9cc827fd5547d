import type { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';

/** What is read from the answer of STS; the outputs of the SDK commands fit. */
export interface StsOutput {
  readonly Credentials?:
    | {
        readonly AccessKeyId?: string | undefined;
        readonly SecretAccessKey?: string | undefined;
        readonly SessionToken?: string | undefined;
        readonly Expiration?: Date | undefined;
      }
    | undefined;
  readonly AssumedRoleUser?:
    | { readonly AssumedRoleId?: string | undefined; readonly Arn?: string | undefined }
    | undefined;
  readonly PackedPolicySize?: number | undefined;
  readonly SourceIdentity?: string | undefined;
}

/**
 * Sends commands to STS: an `STSClient`, or anything with the same `send`. Retries, the region and the base
 * credentials are its business; use a client for a regional endpoint of the partition of the role.
 */
export interface StsSender {
  /** One call; rejects with what STS or the network said. */
  send(
    command: AssumeRoleCommand | AssumeRoleWithWebIdentityCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<StsOutput>;
}

/** A session tag; CloudTrail and policies see it as `aws:PrincipalTag/key`. */
export interface SessionTag {
  /** 1 to 128 letters, digits, blanks and `_.:/=+-@`; must not begin with `aws:`; case makes no difference. */
  readonly key: string;
  /** 0 to 256 of the same characters. */
  readonly value: string;
}

/**
 * Credentials of a role session. They are an `AwsCredentialIdentity`, so any SDK client takes them. JSON.stringify
 * and util.inspect show them without the key, secret and token.
 */
export interface AssumedRole extends AwsCredentialIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When AWS stops to accept them. */
  readonly expiration: Date;
  /** The role that was assumed. */
  readonly roleArn: string;
  /** The session name, that is, the user as CloudTrail shows it. */
  readonly roleSessionName: string;
  /** The ARN of the session; undefined when STS left it out. */
  readonly assumedRoleArn?: string | undefined;
  /** How much of the size limit the session policy and tags use, in percent; undefined when there are none. */
  readonly packedPolicySize?: number | undefined;
  /** The source identity that holds for the session; undefined when none is set. */
  readonly sourceIdentity?: string | undefined;
}

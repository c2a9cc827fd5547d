import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { abortedError } from '../support/with-deadline.js';
import {
  checkExternalId,
  checkSessionParameters,
  checkSourceIdentity,
  checkTags,
  type SessionParameters,
} from './check-parameters.js';
import { readAssumedRole } from './read-assumed-role.js';
import { toStsError } from './sts-error.js';
import type { AssumedRole, SessionTag, StsSender } from './types.js';

/** One AssumeRole call. */
export interface AssumeRoleQuery extends SessionParameters {
  /** Sends the command with the credentials of the caller. */
  readonly sts: StsSender;
  /** Only when the app sets one; 2 to 1224 characters. Default: not sent. */
  readonly externalId?: string | undefined;
  /** Stays with the session and every session chained from it. Default: not sent. */
  readonly sourceIdentity?: string | undefined;
  /** Session tags, at most 50. Default: none. */
  readonly tags?: readonly SessionTag[] | undefined;
  /** Keys of the tags that chained sessions inherit. Default: none. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** Aborts the call. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Assumes an IAM role. Every parameter is checked before the call; parameters that are not given are not sent.
 * Whether the user may have the role is the decision of the caller and must have been made already.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws {@link FederationError} `malformed-arn`, `not-a-role-arn`, `invalid-session-name`, `invalid-external-id`,
 *   `invalid-source-identity`, `invalid-tag`, `invalid-session-policy` or a duration code before the call;
 *   `sts-access-denied`, `sts-throttled`, `sts-unavailable`, `credentials-unavailable` (the client has no base credentials),
 *   `expired-credentials`, `sts-rejected`, `invalid-response` or `aborted` from it
 */
export async function assumeRole(q: AssumeRoleQuery): Promise<AssumedRole> {
  checkSessionParameters(q);
  checkExternalId(q.externalId);
  checkSourceIdentity(q.sourceIdentity);
  const tags = q.tags ?? [];
  const transitive = q.transitiveTagKeys ?? [];
  checkTags(tags, transitive);
  if (q.signal?.aborted) throw abortedError();
  const command = new AssumeRoleCommand({
    RoleArn: q.roleArn,
    RoleSessionName: q.roleSessionName,
    ...(typeof q.durationSeconds === 'number' ? { DurationSeconds: q.durationSeconds } : {}),
    ...(q.externalId === undefined ? {} : { ExternalId: q.externalId }),
    ...(q.sourceIdentity === undefined ? {} : { SourceIdentity: q.sourceIdentity }),
    ...(tags.length === 0
      ? {}
      : { Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
    ...(transitive.length === 0 ? {} : { TransitiveTagKeys: [...transitive] }),
    ...(q.policy === undefined ? {} : { Policy: q.policy }),
    ...(q.policyArns?.length ? { PolicyArns: q.policyArns.map((arn) => ({ arn })) } : {}),
  });
  try {
    const output = await q.sts.send(command, q.signal ? { abortSignal: q.signal } : {});
    return readAssumedRole(output, q);
  } catch (error) {
    throw q.signal?.aborted ? abortedError() : toStsError(error, 'AssumeRole', []);
  }
}

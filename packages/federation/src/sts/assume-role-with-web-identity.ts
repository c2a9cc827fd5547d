import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import { FederationError } from '../errors.js';
import { abortedError } from '../support/with-deadline.js';
import { checkSessionParameters, type SessionParameters } from './check-parameters.js';
import { readAssumedRole } from './read-assumed-role.js';
import { toStsError } from './sts-error.js';
import type { AssumedRole, StsSender } from './types.js';

/** What AssumeRoleWithWebIdentity is told. Tags and source identity travel as claims of the token. */
export interface WebIdentityParameters extends SessionParameters {
  /** The signed token, 4 to 20000 characters. A secret: whoever holds it can get the session. */
  readonly webIdentityToken: string;
}

/** One AssumeRoleWithWebIdentity call. */
export interface AssumeRoleWithWebIdentityQuery extends WebIdentityParameters {
  /** Sends the command. The call is not signed, so the client needs no credentials. */
  readonly sts: StsSender;
  /** Aborts the call. Default: never. */
  readonly signal?: AbortSignal | undefined;
}

/** The form fields of an AssumeRoleWithWebIdentity call. */
export interface WebIdentityRequest {
  /** Fields in the order of the Query protocol. They hold the token: treat them as a secret. */
  readonly params: Readonly<Record<string, string>>;
  /** The call carries no signature: the token is its proof. */
  readonly signed: false;
}

/**
 * Exchanges a web identity token for a role session.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @throws {@link FederationError} the codes of assumeRole, `invalid-web-identity-token` (form before the call;
 *   issuer, key, audience or claims refused by AWS after it), `expired-web-identity-token` and
 *   `identity-provider-unreachable` (AWS could not read our documents; a later try may pass)
 */
export async function assumeRoleWithWebIdentity(
  q: AssumeRoleWithWebIdentityQuery,
): Promise<AssumedRole> {
  checkParameters(q);
  if (q.signal?.aborted) throw abortedError();
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: q.roleArn,
    RoleSessionName: q.roleSessionName,
    WebIdentityToken: q.webIdentityToken,
    ...(typeof q.durationSeconds === 'number' ? { DurationSeconds: q.durationSeconds } : {}),
    ...(q.policy === undefined ? {} : { Policy: q.policy }),
    ...(q.policyArns?.length ? { PolicyArns: q.policyArns.map((arn) => ({ arn })) } : {}),
  });
  try {
    const output = await q.sts.send(command, q.signal ? { abortSignal: q.signal } : {});
    return readAssumedRole(output, q);
  } catch (error) {
    if (q.signal?.aborted) throw abortedError();
    throw toStsError(error, 'AssumeRoleWithWebIdentity', [q.webIdentityToken]);
  }
}

/**
 * The same call as form fields, for callers that send it themselves (a POST to the regional STS endpoint).
 *
 * @throws {@link FederationError} the codes that are raised before the call
 */
export function assumeRoleWithWebIdentityParams(q: WebIdentityParameters): WebIdentityRequest {
  checkParameters(q);
  const params: Record<string, string> = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: q.roleArn,
    RoleSessionName: q.roleSessionName,
    WebIdentityToken: q.webIdentityToken,
  };
  if (typeof q.durationSeconds === 'number') params.DurationSeconds = String(q.durationSeconds);
  if (q.policy !== undefined) params.Policy = q.policy;
  for (const [index, arn] of (q.policyArns ?? []).entries()) {
    params[`PolicyArns.member.${index + 1}.arn`] = arn;
  }
  return { params, signed: false };
}

const SHORTEST_TOKEN = 4;
const LONGEST_TOKEN = 20_000;

function checkParameters(q: WebIdentityParameters): void {
  checkSessionParameters(q);
  const { length } = typeof q.webIdentityToken === 'string' ? q.webIdentityToken : '';
  if (length < SHORTEST_TOKEN || length > LONGEST_TOKEN) {
    throw new FederationError({
      code: 'invalid-web-identity-token',
      message: 'The web identity token must have 4 to 20000 characters.',
    });
  }
}

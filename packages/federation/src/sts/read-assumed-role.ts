import { FederationError } from '../errors.js';
import { hideMembers } from '../support/redact.js';
import type { AssumedRole, StsOutput } from './types.js';

/**
 * Reads the credentials of an STS answer.
 *
 * @throws FederationError `invalid-response` when a part is missing, so that half a session never travels on
 */
export function readAssumedRole(
  output: StsOutput,
  asked: { readonly roleArn: string; readonly roleSessionName: string },
): AssumedRole {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output?.Credentials ?? {};
  const expires = Expiration instanceof Date ? Expiration.getTime() : Number.NaN;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || Number.isNaN(expires)) {
    throw new FederationError({
      code: 'invalid-response',
      message: 'STS answered without complete credentials: key, secret, token and expiration.',
    });
  }
  return makeAssumedRole({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: new Date(expires),
    roleArn: asked.roleArn,
    roleSessionName: asked.roleSessionName,
    ...(output.AssumedRoleUser?.Arn ? { assumedRoleArn: output.AssumedRoleUser.Arn } : {}),
    ...(output.PackedPolicySize === undefined ? {} : { packedPolicySize: output.PackedPolicySize }),
    ...(output.SourceIdentity ? { sourceIdentity: output.SourceIdentity } : {}),
  });
}

/**
 * Makes the members hide their secrets when printed. Many callers share the object, so its members cannot be changed,
 * not even the date in it; but it stays open, because SDK clients add `$source` to it.
 */
export function makeAssumedRole(members: AssumedRole): AssumedRole {
  const role = hideMembers({ ...members }, ['accessKeyId', 'secretAccessKey', 'sessionToken']);
  for (const name of Object.keys(role)) Object.defineProperty(role, name, { writable: false });
  const expires = members.expiration.getTime();
  Object.defineProperty(role, 'expiration', { get: () => new Date(expires), enumerable: true });
  return role;
}

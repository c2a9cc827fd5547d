import type { AwsCredentialIdentity } from '@smithy/types';
import { SigV4ProxyError } from '../errors.js';
import type { AuthorizedRole } from '../options.js';

// What STS says that no retry will change. Everything else may be over in a moment.
const PERMANENT: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'MalformedPolicyDocument',
  'PackedPolicyTooLarge',
  'RegionDisabledException',
  'ValidationError',
  // The same, and mistakes in the role's settings, as packages that call STS name them.
  'access-denied',
  'cyclic-role-chain',
  'invalid-external-id',
  'invalid-policy',
  'invalid-session-name',
  'invalid-session-policy',
  'invalid-source-identity',
  'invalid-tag',
  'malformed-arn',
  'not-a-role-arn',
  'partition-mismatch',
  'role-chain-too-long',
  'sts-access-denied',
  'sts-rejected',
]);

const SESSION_OVER: ReadonlySet<string> = new Set(['session-expired', 'identity-expires-too-soon']);

/**
 * Calls the embedder's `credentials` and makes its failures answers: a permanent refusal is `denied`, a session that is over is
 * `session-expired`, anything else is `credentials`, which clients retry.
 *
 * @param role whose credentials are wanted
 * @param verbose whether messages may name the role's ARN
 */
export async function obtainCredentials(
  call: () => Promise<AwsCredentialIdentity>,
  role: AuthorizedRole,
  verbose: boolean,
): Promise<AwsCredentialIdentity> {
  try {
    return await call();
  } catch (error) {
    throw toCredentialsError(error, role.roleArn, verbose);
  }
}

/** What a failure of the embedder's `credentials` means for the client. */
export function toCredentialsError(
  error: unknown,
  roleArn: string,
  verbose: boolean,
): SigV4ProxyError {
  const role = verbose ? roleArn : roleName(roleArn);
  if (error instanceof SigV4ProxyError) return error;
  const names = [field(error, 'code'), field(error, 'name'), field(causeOf(error), 'name')];
  if (names.some((name) => SESSION_OVER.has(name))) {
    const code = names.includes('session-expired')
      ? 'session-expired'
      : 'identity-expires-too-soon';
    return new SigV4ProxyError(code, 'The session is over or about to end: log in again.', {
      cause: error,
    });
  }
  if (names.includes('invalid-username')) {
    return new SigV4ProxyError(
      'invalid-username',
      'No role session name can be made of the user name: ask your administrator.',
      { cause: error },
    );
  }
  const refusal = names.find((name) => PERMANENT.has(name));
  if (refusal !== undefined) {
    return new SigV4ProxyError(
      'denied',
      `The role ${role} cannot be assumed (${refusal}): ask its owner to check the trust policy and the session settings.`,
      { cause: error },
    );
  }
  return new SigV4ProxyError(
    'credentials',
    `Credentials of the role ${role} are not to be had at the moment: try again.`,
    { cause: error },
  );
}

function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function field(error: unknown, name: 'code' | 'name'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

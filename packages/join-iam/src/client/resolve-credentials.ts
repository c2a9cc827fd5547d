import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { JoinIamError } from '../errors.js';

/** Credentials that end sooner would make STS refuse a request that is still in flight. */
const MIN_REMAINING_MS = 60_000;

// A line end in it would write headers of its own.
const SESSION_TOKEN = /^[\x21-\x7e]+$/;

const ACCESS_KEY_ID = /^[A-Za-z0-9_]{16,128}$/;

/** @throws JoinIamError `credentials-missing`, `credentials-expiring` */
export async function resolveCredentials(
  source: AwsCredentialIdentity | AwsCredentialIdentityProvider,
  now: Date,
): Promise<AwsCredentialIdentity> {
  const credentials = await load(source);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials ?? {};
  if (
    typeof accessKeyId !== 'string' ||
    !ACCESS_KEY_ID.test(accessKeyId) ||
    typeof secretAccessKey !== 'string' ||
    secretAccessKey === '' ||
    (sessionToken && !SESSION_TOKEN.test(sessionToken))
  ) {
    throw new JoinIamError('credentials-missing', {
      message: 'No usable AWS credentials were found: a key id and a secret key are needed.',
    });
  }
  if (
    expiration !== undefined &&
    !(new Date(expiration).getTime() - now.getTime() > MIN_REMAINING_MS)
  ) {
    throw new JoinIamError('credentials-expiring', {
      message: 'The AWS credentials expire within 60 seconds; let the provider fetch new ones.',
    });
  }
  // Environment variables set to nothing arrive as empty texts.
  return sessionToken
    ? { accessKeyId, secretAccessKey, sessionToken }
    : { accessKeyId, secretAccessKey };
}

async function load(
  source: AwsCredentialIdentity | AwsCredentialIdentityProvider,
): Promise<Partial<AwsCredentialIdentity> | undefined> {
  try {
    return typeof source === 'function' ? await source() : source;
  } catch (cause) {
    if (cause instanceof JoinIamError) throw cause;
    throw new JoinIamError('credentials-missing', {
      message: 'The AWS credential provider failed; its error is the cause of this one.',
      cause,
    });
  }
}

import type { AwsCredentialIdentity } from '@smithy/types';
import { FederationError } from '../errors.js';

/** How {@link formatCredentials} writes credentials. */
export type CredentialsFormat =
  | 'process'
  | 'env'
  | 'env-no-export'
  | 'powershell'
  | 'windows-cmd'
  | 'fish';

const LINES: Readonly<
  Record<Exclude<CredentialsFormat, 'process'>, (name: string, value: string) => string>
> = {
  env: (name, value) => `export ${name}=${value}`,
  'env-no-export': (name, value) => `${name}=${value}`,
  powershell: (name, value) => `$Env:${name}="${value}"`,
  'windows-cmd': (name, value) => `set ${name}=${value}`,
  fish: (name, value) => `set -gx ${name} ${value}`,
};

/**
 * Writes credentials in the form that other tools read: the `credential_process` document, or one assignment a line
 * for a shell. The result is a secret; on standard output of a credential process nothing else may stand.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 * @returns text that ends with a line end
 * @throws {@link FederationError} `missing-credentials` without key or secret; `unsafe-credentials` when a value has a
 *   character that a shell would read as something else (no credential of AWS has one); `invalid-argument` for an
 *   unknown format
 *
 * @example
 * ```ts
 * const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
 * process.stdout.write(formatCredentials(credentials, 'process')); // for credential_process
 * ```
 */
export function formatCredentials(
  credentials: AwsCredentialIdentity,
  format: CredentialsFormat,
): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials;
  if (!accessKeyId || !secretAccessKey) {
    throw new FederationError({
      code: 'missing-credentials',
      message: 'The credentials lack the access key id or the secret access key.',
    });
  }
  const end = expiration && formatExpiration(expiration);
  if (format === 'process') {
    const document = {
      Version: 1,
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      ...(sessionToken ? { SessionToken: sessionToken } : {}),
      ...(end ? { Expiration: end } : {}),
    };
    return `${JSON.stringify(document)}\n`;
  }
  if (!Object.hasOwn(LINES, format)) {
    throw new FederationError({
      code: 'invalid-argument',
      message: `The credentials format is not known: process, ${Object.keys(LINES).join(', ')} are.`,
    });
  }
  const variables: readonly (readonly [string, string | undefined])[] = [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    ['AWS_CREDENTIAL_EXPIRATION', end],
  ];
  return variables
    .flatMap(([name, value]) => (value ? [`${LINES[format](name, checkSafe(value))}\n`] : []))
    .join('');
}

function checkSafe(value: string): string {
  if (/^[A-Za-z0-9+/=_.,:@-]+$/.test(value)) return value;
  throw new FederationError({
    code: 'unsafe-credentials',
    message:
      'A value of the credentials holds a character that no AWS credential has and a shell might obey; it was not written.',
  });
}

/** ISO 8601 in UTC without a fraction: some readers accept nothing else. */
function formatExpiration(expiration: Date): string {
  if (Number.isNaN(expiration.getTime())) {
    throw new FederationError({
      code: 'invalid-argument',
      message: 'The expiration of the credentials is no valid date.',
    });
  }
  return expiration.toISOString().replace(/\.\d+Z$/, 'Z');
}

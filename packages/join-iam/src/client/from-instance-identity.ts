import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { systemFetch } from '../defaults.js';
import { JoinIamError } from '../errors.js';

/** How to reach the instance metadata service. */
export interface InstanceIdentityOptions {
  /** Default `http://169.254.169.254`; on IPv6-only instances `http://[fd00:ec2::254]`. */
  readonly endpoint?: string | undefined;
  /** Deadline for each of the two calls, in milliseconds. Default 1,000. */
  readonly timeoutMs?: number | undefined;
  /** Default: the fetch of the platform. */
  readonly fetch?: typeof fetch | undefined;
}

const TOKEN_PATH = '/latest/api/token';
const CREDENTIALS_PATH =
  '/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance';

/** Most characters of an answer. */
const MAX_ANSWER = 16_384;

/**
 * Credentials of the AWS-owned role `aws:ec2-instance`, which every EC2 instance can fetch, even without an
 * instance profile. Nobody can assume a role of this name, so the session name pins the instance id: match it
 * with `arn:aws:sts::<account>:assumed-role/aws:ec2-instance/i-*`.
 *
 * Opt in knowingly: AWS describes these credentials as internal to EC2 features and may change them.
 *
 * @returns a credential provider for `createJoinRequest`; it rejects with `metadata-unavailable`
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html#ec2-instance-identity-roles
 */
export function fromInstanceIdentity(
  options: InstanceIdentityOptions = {},
): AwsCredentialIdentityProvider {
  const { endpoint = 'http://169.254.169.254', timeoutMs = 1_000, fetch = systemFetch } = options;

  async function call(path: string, init: RequestInit): Promise<string> {
    try {
      const response = await fetch(`${endpoint}${path}`, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      if (response.status === 200 && text.length <= MAX_ANSWER) return text;
      throw unavailable(`status ${response.status} of ${path}`);
    } catch (cause) {
      if (cause instanceof JoinIamError) throw cause;
      throw unavailable(`no answer of ${path}`, cause);
    }
  }

  return async () => {
    const token = await call(TOKEN_PATH, {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
    });
    const text = await call(CREDENTIALS_PATH, { headers: { 'x-aws-ec2-metadata-token': token } });
    return toCredentials(text);
  };
}

function toCredentials(text: string): AwsCredentialIdentity {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's own message would quote the answer, which holds a secret.
    throw unavailable('the answer is not JSON');
  }
  const member = (name: string): string => {
    const value: unknown =
      typeof document === 'object' && document !== null && Object.hasOwn(document, name)
        ? Reflect.get(document, name)
        : undefined;
    if (typeof value === 'string' && value !== '') return value;
    throw unavailable(`the answer has no ${name}`);
  };
  if (member('Code') !== 'Success') throw unavailable('the answer does not say Success');
  const expiration = new Date(member('Expiration'));
  if (Number.isNaN(expiration.getTime())) throw unavailable('the expiration is not a time');
  return {
    accessKeyId: member('AccessKeyId'),
    secretAccessKey: member('SecretAccessKey'),
    sessionToken: member('Token'),
    expiration,
  };
}

function unavailable(detail: string, cause?: unknown): JoinIamError {
  return new JoinIamError('metadata-unavailable', {
    message: 'The instance metadata service gave no instance identity credentials.',
    detail,
    cause,
  });
}

import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { CredentialSource } from '@postern/federation';
import type { AwsCredentialIdentity } from '@smithy/types';
import { CliError } from './cli-error.js';

/** AWS credentials of this machine, and where they come from as far as that can be told. */
export interface BaseCredentials {
  readonly provider: () => Promise<AwsCredentialIdentity>;
  readonly source: CredentialSource;
  readonly hasSessionToken: boolean;
}

/**
 * Finds base credentials through the standard AWS provider chain: environment, profiles, SSO, web identity, container, instance.
 * They are asked for once here, so that a missing one is told before anything starts.
 *
 * @param purpose what they are for, in the message when there are none
 * @throws CliError when no provider has any, with what to do
 */
export async function findBaseCredentials(
  purpose = 'to assume roles with',
): Promise<BaseCredentials> {
  const provider = fromNodeProviderChain();
  try {
    const first = await provider();
    return {
      provider,
      source: sourceOf(first),
      hasSessionToken: first.sessionToken !== undefined,
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new CliError(
      `no AWS credentials found ${purpose} (${reason}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is attached`,
      { cause },
    );
  }
}

/** Marks that the providers of the SDK leave on what they give, by the source that decides about role chaining. */
const MARKS: readonly (readonly [string, CredentialSource])[] = [
  ['CREDENTIALS_IMDS', 'ec2-instance-profile'],
  ['CREDENTIALS_HTTP', 'ecs-container'],
  ['CREDENTIALS_STS_ASSUME_ROLE_WEB_ID', 'web-identity'],
  ['CREDENTIALS_STS_ASSUME_ROLE', 'assume-role'],
  ['CREDENTIALS_SSO', 'sso'],
  ['CREDENTIALS_SSO_LEGACY', 'sso'],
  ['CREDENTIALS_PROCESS', 'credential-process'],
  ['CREDENTIALS_ENV_VARS', 'environment'],
];

function sourceOf(
  credentials: AwsCredentialIdentity & { readonly $source?: object },
): CredentialSource {
  const marks = credentials.$source ?? {};
  // Without a mark it is judged by its session token.
  return MARKS.find(([mark]) => mark in marks)?.[1] ?? 'static';
}

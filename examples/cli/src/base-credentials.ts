import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { CredentialSource } from '@postern/federation';
import type { AwsCredentialIdentity } from '@smithy/types';
import { CliError } from './cli-error.js';

/** The base credentials of local mode, and where they come from as far as that can be told. */
export interface BaseCredentials {
  readonly provider: () => Promise<AwsCredentialIdentity>;
  readonly source: CredentialSource;
  readonly hasSessionToken: boolean;
}

/**
 * Finds base credentials through the standard AWS provider chain: environment, profiles, SSO, web identity, container, instance.
 * They are asked for once here, so that a missing one is told before anything starts.
 *
 * @throws CliError when no provider has any, with what to do
 */
export async function findBaseCredentials(
  env: Readonly<Record<string, string | undefined>>,
): Promise<BaseCredentials> {
  const provider = fromNodeProviderChain();
  let first: AwsCredentialIdentity;
  try {
    first = await provider();
  } catch (cause) {
    throw new CliError(
      'no AWS credentials found to assume roles with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is attached',
      { cause },
    );
  }
  return {
    provider,
    source: sourceOf(env),
    hasSessionToken: first.sessionToken !== undefined,
  };
}

/** What decides about role chaining; the provider chain does not tell, its inputs do. */
function sourceOf(env: Readonly<Record<string, string | undefined>>): CredentialSource {
  if (env.AWS_ACCESS_KEY_ID) return 'environment';
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return 'web-identity';
  if (env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI) {
    return 'ecs-container';
  }
  // A profile may be anything; judged by its token then.
  return 'static';
}

import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { CredentialSource } from '@postern/federation';
import type { AwsCredentialIdentity } from '@smithy/types';
import { GatewayError } from './gateway-error.js';

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

/**
 * Finds base credentials, and where they come from as far as that can be told, through the standard AWS provider chain:
 * environment, profiles, SSO, web identity, container, instance. They are asked for once here, so that missing ones are told
 * before anything starts.
 *
 * @throws GatewayError when no provider has any, with what to do
 */
export async function findBaseCredentials(purpose = 'to assume roles with') {
  const credentials = fromNodeProviderChain();
  try {
    const first: AwsCredentialIdentity & { readonly $source?: object } = await credentials();
    const marks = first.$source ?? {};
    // Without a mark they are judged by their session token.
    const credentialSource = MARKS.find(([mark]) => mark in marks)?.[1] ?? 'static';
    return { credentials, credentialSource, hasSessionToken: first.sessionToken !== undefined };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new GatewayError(
      'unavailable',
      `no AWS credentials found ${purpose} (${reason}): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is attached`,
    );
  }
}

import { createHash } from 'node:crypto';
import { FederationError } from '../errors.js';
import { type ResourceTag, tagsIntegration } from '../policy/tags.js';
import { issuerFromPublicAddress } from './issuer.js';

/** What IAM is told about the provider. */
export interface ProviderParamsQuery {
  /** With or without `https://`. */
  readonly issuer: string;
  /** Client ids, 1 to 100 of 1 to 255 characters each. */
  readonly audiences: readonly string[];
  /** Name of the cluster, for the ownership tags. */
  readonly cluster: string;
  /** Name of the integration, for the ownership tags. */
  readonly integration: string;
  /** Thumbprints, at most 5. Default: none; IAM checks the host against its own root authorities. */
  readonly thumbprints?: readonly string[] | undefined;
}

/** Input of CreateOpenIDConnectProvider. */
export interface ProviderParams {
  readonly Url: string;
  readonly ClientIDList: readonly string[];
  readonly ThumbprintList?: readonly string[] | undefined;
  readonly Tags: readonly ResourceTag[];
}

const MOST_AUDIENCES = 100;
const MOST_THUMBPRINTS = 5;

/**
 * Makes the input of IAM CreateOpenIDConnectProvider.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 * @throws {@link FederationError} `invalid-issuer`, `missing-audience`, `invalid-audience`, `invalid-tag`,
 *   `invalid-argument` for thumbprints that are none
 *
 * @example
 * ```ts
 * const params = createProviderParams({
 *   issuer: 'https://access.example.com',
 *   audiences: ['discover.teleport'],
 *   cluster: 'cluster.example.com',
 *   integration: 'aws-prod',
 * }); // the input of CreateOpenIDConnectProvider
 * ```
 */
export function createProviderParams(q: ProviderParamsQuery): ProviderParams {
  const audiences = [...new Set(q.audiences)];
  if (audiences.length === 0) {
    throw new FederationError({
      code: 'missing-audience',
      message: 'The provider needs at least one audience (client id).',
    });
  }
  if (audiences.length > MOST_AUDIENCES || !audiences.every((id) => /^.{1,255}$/u.test(id))) {
    throw new FederationError({
      code: 'invalid-audience',
      message: 'A provider takes at most 100 audiences of 1 to 255 characters.',
    });
  }
  const thumbprints = q.thumbprints ?? [];
  if (
    thumbprints.length > MOST_THUMBPRINTS ||
    !thumbprints.every((thumbprint) => /^[0-9a-f]{40}$/i.test(thumbprint))
  ) {
    throw new FederationError({
      code: 'invalid-argument',
      message: 'A provider takes at most 5 thumbprints of 40 hex digits.',
    });
  }
  return {
    Url: issuerFromPublicAddress(q.issuer).issuer,
    ClientIDList: audiences,
    ...(thumbprints.length > 0 ? { ThumbprintList: thumbprints } : {}),
    Tags: tagsIntegration(q),
  };
}

/**
 * The thumbprint of a TLS server as IAM writes it: SHA-1 of the last certificate that the server sends.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
 * @param certificates - DER, in the order of the handshake; a self-signed server sends one
 * @returns 40 lower-case hex digits
 * @throws {@link FederationError} `no-certificates`
 */
export function thumbprintOfChain(certificates: readonly Uint8Array[]): string {
  const last = certificates.at(-1);
  if (!last) {
    throw new FederationError({
      code: 'no-certificates',
      message: 'The server sent no certificate, so there is no thumbprint.',
    });
  }
  return createHash('sha1').update(last).digest('hex');
}

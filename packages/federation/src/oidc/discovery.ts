/** Path of the discovery document below the issuer. */
export const DISCOVERY_PATH = '/.well-known/openid-configuration';
/** Path of the key set below the issuer. */
export const JWKS_PATH = '/.well-known/jwks-oidc';

/** The discovery document as AWS reads it. */
export interface DiscoveryDocument {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly claims: readonly string[];
  readonly claims_supported?: readonly string[] | undefined;
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
}

/**
 * Makes the discovery document of an issuer.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 * @param standardClaimsName - also give the list of claims under its standard name `claims_supported`
 */
export function discoveryDocument(issuer: string, standardClaimsName: boolean): DiscoveryDocument {
  const claims = ['iss', 'sub', 'obo', 'aud', 'jti', 'iat', 'exp', 'nbf'];
  return {
    issuer,
    jwks_uri: `${issuer}${JWKS_PATH}`,
    claims,
    ...(standardClaimsName ? { claims_supported: [...claims] } : {}),
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['id_token'],
    scopes_supported: ['openid'],
    subject_types_supported: ['public', 'pair-wise'],
  };
}

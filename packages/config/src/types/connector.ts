import type { Kept, ResourceOf, StringList } from './common.js';

/** Sign-in through GitHub. */
export type GithubConnector = ResourceOf<'github', 'v3', GithubConnectorSpec>;

/** The body of a {@link GithubConnector}. */
export interface GithubConnectorSpec {
  readonly client_id: string;
  /** A secret. */
  readonly client_secret: string;
  readonly redirect_url: string;
  readonly display?: string | undefined;
  readonly endpoint_url?: string | undefined;
  readonly api_endpoint_url?: string | undefined;
  readonly teams_to_roles: readonly TeamMapping[];
  /** Deprecated. */
  readonly teams_to_logins?: Kept | undefined;
  readonly client_redirect_settings?: Kept | undefined;
  readonly user_matchers?: StringList | undefined;
}

/** A team whose members get roles. */
export interface TeamMapping {
  readonly organization?: string | undefined;
  readonly team: string;
  readonly roles: StringList;
}

/** Sign-in through SAML. */
export type SamlConnector = ResourceOf<'saml', 'v2', SamlConnectorSpec>;

/** The body of a {@link SamlConnector}. */
export interface SamlConnectorSpec {
  /** Where the identity provider posts its answers. */
  readonly acs: string;
  /** One of the next two, or `issuer` and `sso`. */
  readonly entity_descriptor?: string | undefined;
  readonly entity_descriptor_url?: string | undefined;
  readonly issuer?: string | undefined;
  readonly sso?: string | undefined;
  readonly cert?: string | undefined;
  readonly display?: string | undefined;
  /** Default: `acs`. */
  readonly audience?: string | undefined;
  /** Default: `acs`. */
  readonly service_provider_issuer?: string | undefined;
  readonly attributes_to_roles?: readonly AttributeMapping[] | undefined;
  /** A secret. */
  readonly signing_key_pair?: Kept | undefined;
  /** A secret. */
  readonly assertion_key_pair?: Kept | undefined;
  readonly provider?: string | undefined;
  readonly allow_idp_initiated?: boolean | undefined;
  readonly single_logout_url?: string | undefined;
  readonly force_authn?: Kept | undefined;
  readonly client_redirect_settings?: Kept | undefined;
  readonly user_matchers?: StringList | undefined;
  readonly mfa?: Kept | undefined;
}

/** An attribute with a value that gives roles. */
export interface AttributeMapping {
  readonly name: string;
  readonly value: string;
  readonly roles: StringList;
}

/** Sign-in through OpenID Connect. */
export type OidcConnector = ResourceOf<'oidc', 'v2' | 'v3', OidcConnectorSpec>;

/** The body of an {@link OidcConnector}. */
export interface OidcConnectorSpec {
  readonly client_id: string;
  /** A secret; literal, never a file. */
  readonly client_secret: string;
  /** https only. */
  readonly issuer_url: string;
  readonly redirect_url: StringList;
  readonly scope?: StringList | undefined;
  readonly prompt?: string | undefined;
  readonly acr_values?: string | undefined;
  readonly display?: string | undefined;
  readonly provider?: string | undefined;
  /** Seconds. */
  readonly max_age?: number | undefined;
  readonly claims_to_roles: readonly ClaimMapping[];
  readonly username_claim?: string | undefined;
  readonly allow_unverified_email?: boolean | undefined;
  readonly client_redirect_settings?: Kept | undefined;
  readonly user_matchers?: StringList | undefined;
  readonly mfa?: Kept | undefined;
  readonly pkce_mode?: string | undefined;
}

/** A claim with a value that gives roles. Documents that write `name` for `claim` are read with a warning. */
export interface ClaimMapping {
  readonly claim: string;
  readonly value: string;
  readonly roles: StringList;
}

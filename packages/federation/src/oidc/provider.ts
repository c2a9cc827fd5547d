import { randomUUID as systemRandomUuid } from 'node:crypto';
import { systemClock } from '../defaults.js';
import { FederationError } from '../errors.js';
import { saying } from '../support/redact.js';
import {
  DISCOVERY_PATH,
  type DiscoveryDocument,
  discoveryDocument,
  JWKS_PATH,
} from './discovery.js';
import { servePublicDocuments } from './fetch-handler.js';
import { issuerFromPublicAddress } from './issuer.js';
import type { JsonWebKeySet } from './jwks.js';
import type { SigningKeySource } from './key-ring.js';
import { type IssueTokenQuery, signToken, tokenClaims } from './token.js';

/** What an {@link OidcProvider} is made of. */
export interface OidcProviderOptions {
  /** As issuerFromPublicAddress gives it; must be the address registered with IAM, byte by byte. */
  readonly issuer: string;
  /** The signing keys; createSigningKeyRing makes such a source. */
  readonly keys: SigningKeySource;
  /** Default: the clock of the machine. */
  readonly clock?: (() => Date) | undefined;
  /** Makes the id of a token. Default: random. */
  readonly randomUUID?: (() => string) | undefined;
  /** Also give the claims under the standard name `claims_supported`. Default false. */
  readonly standardClaimsName?: boolean | undefined;
}

/** An identity provider as far as AWS needs one. */
export interface OidcProvider {
  readonly issuer: string;
  /** Paths of the two documents on the host of the issuer. */
  readonly paths: { readonly discovery: string; readonly jwks: string };
  /** The discovery document. */
  discovery(): DiscoveryDocument;
  /**
   * All trusted public keys, the active one first.
   *
   * @throws {@link FederationError} `signing-failed` when the source of the keys fails
   */
  jwks(): Promise<JsonWebKeySet>;
  /**
   * Makes a web identity token. It is a secret: it opens every role that trusts the provider and its audience. The
   * user must have been allowed the role before.
   *
   * @throws {@link FederationError} `missing-subject`, `missing-username`, `missing-audience`, `ttl-too-long`,
   *   `invalid-duration`, `invalid-argument` for an empty id or a clock without a date, `invalid-tag`, `invalid-source-identity`, `token-too-long`, `signing-failed`
   */
  issueToken(q: IssueTokenQuery): Promise<string>;
  /** Serves both documents to GET and HEAD; needs no `this`, so it mounts as it is. Never throws. */
  readonly fetch: (request: Request) => Promise<Response>;
}

/**
 * Creates the OpenID Connect identity provider that AWS trusts for AssumeRoleWithWebIdentity.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
 * @throws {@link FederationError} `invalid-issuer` when the issuer is not in its final form: then tokens and the
 *   registered address would differ
 *
 * @example
 * ```ts
 * const { issuer } = issuerFromPublicAddress('access.example.com:443');
 * const keys = createSigningKeyRing({ keys: [await generateSigningKey()] });
 * const provider = createOidcProvider({ issuer, keys });
 * const token = await provider.issueToken({ subject: 'system:proxy', username: 'alice' });
 * ```
 */
export function createOidcProvider(options: OidcProviderOptions): OidcProvider {
  const { issuer } = options;
  if (issuerFromPublicAddress(issuer).issuer !== issuer) {
    throw new FederationError({
      code: 'invalid-issuer',
      message: 'The issuer is not in its final form: take it from issuerFromPublicAddress.',
    });
  }
  const clock = options.clock ?? systemClock;
  const randomUUID = options.randomUUID ?? systemRandomUuid;
  const base = new URL(issuer).pathname.replace(/\/$/, '');
  const discovery = () => discoveryDocument(issuer, options.standardClaimsName === true);
  const currentKeys = async () => {
    try {
      return await options.keys.current();
    } catch (error) {
      if (error instanceof FederationError) throw error;
      throw new FederationError({
        code: 'signing-failed',
        message: `The source of the signing keys failed${saying(error)}: check the option keys of createOidcProvider.`,
      });
    }
  };
  const jwks = async () => ({ keys: (await currentKeys()).published });
  return {
    issuer,
    paths: { discovery: `${base}${DISCOVERY_PATH}`, jwks: `${base}${JWKS_PATH}` },
    discovery,
    jwks,
    async issueToken(q) {
      const claims = tokenClaims(q, { issuer, now: clock(), jti: q.jti ?? randomUUID() });
      const { active } = await currentKeys();
      return signToken(claims, active);
    },
    fetch: (request) => servePublicDocuments(request, { issuer, discovery, jwks }),
  };
}

import type { OidcConnector } from '@postern/config';
import { mapConnectorClaims } from '@postern/rbac';
import * as oidc from 'openid-client';
import type { Identity } from '../access.js';
import { BoundedMap } from '../bounded-map.js';
import { GatewayError } from '../gateway-error.js';
import { isLoopback } from '../upstream.js';
import { hashOf, randomSecret } from './secrets.js';

/** Sign-in at an OpenID provider: authorization code with PKCE, state and nonce. */
export interface OidcLogin {
  begin(): Promise<{ readonly url: string; readonly flow: string }>;
  /** @throws GatewayError `bad-login` when anything about the answer is not as it was asked for */
  finish(flow: string, callback: URL): Promise<Identity>;
}

export interface OidcLoginOptions {
  readonly connector: OidcConnector;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `PUBLIC/login/oidc/callback` */
  readonly redirectUri: string;
  readonly clock: () => Date;
}

interface Flow {
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
  readonly expiresAt: number;
}

const FLOW_MS = 10 * 60_000;

export function createOidcLogin(o: OidcLoginOptions): OidcLogin {
  const { spec } = o.connector;
  const flows = new BoundedMap<string, Flow>(2_000);
  let found: Promise<oidc.Configuration> | undefined;
  const provider = () => {
    const server = new URL(o.issuer);
    // Only a provider on this machine may speak in clear.
    const clear = server.protocol === 'http:' && isLoopback(server.hostname);
    const execute = clear ? [oidc.allowInsecureRequests] : [];
    found ??= oidc
      .discovery(server, o.clientId, o.clientSecret, undefined, { execute, timeout: 10 })
      .catch((cause) => {
        // The next person tries again.
        found = undefined;
        throw cause;
      });
    return found;
  };

  return {
    async begin() {
      const config = await provider().catch(() => {
        throw new GatewayError('unavailable', 'The identity provider does not answer: try later.');
      });
      const flow = randomSecret();
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const expiresAt = o.clock().getTime() + FLOW_MS;
      const made = { pkceCodeVerifier, expectedState: state, expectedNonce: nonce, expiresAt };
      flows.set(hashOf(flow), made);
      const scopes = [spec.scope ?? []].flat();
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: o.redirectUri,
        scope: [...new Set(['openid', 'email', 'profile', ...scopes])].join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(spec.prompt ? { prompt: spec.prompt } : {}),
        ...(spec.acr_values ? { acr_values: spec.acr_values } : {}),
      });
      return { url: url.href, flow };
    },
    async finish(flow, callback) {
      const key = hashOf(flow);
      const made = flows.get(key);
      flows.delete(key);
      if (!made || made.expiresAt <= o.clock().getTime()) {
        throw refused('The sign-in took too long or was used before');
      }
      let claims: Readonly<Record<string, unknown>>;
      try {
        const config = await provider();
        const { expiresAt, ...checks } = made;
        const target = new URL(o.redirectUri);
        target.search = callback.search;
        const tokens = await oidc.authorizationCodeGrant(config, target, {
          ...checks,
          idTokenExpected: true,
        });
        const idToken = tokens.claims() ?? { sub: '' };
        const more = config.serverMetadata().userinfo_endpoint
          ? await oidc.fetchUserInfo(config, tokens.access_token, idToken.sub)
          : {};
        claims = { ...more, ...idToken };
      } catch {
        // Causes hold codes and tokens.
        throw refused('The identity provider did not confirm the sign-in');
      }
      return identityOf(o.connector, claims);
    },
  };
}

function identityOf(connector: OidcConnector, claims: Readonly<Record<string, unknown>>): Identity {
  const { username_claim: claim = 'email', allow_unverified_email: lax = false } = connector.spec;
  const named = claims[claim] ?? (claim === 'email' ? claims.sub : undefined);
  if (claim === 'email' && claims.email !== undefined && claims.email_verified !== true && !lax) {
    throw refused('The email address is not verified at the identity provider');
  }
  // Names with a colon are those of jobs.
  if (typeof named !== 'string' || !/^[^\s:\p{C}]{1,128}$/u.test(named)) {
    throw refused(`The identity provider gives no usable user name in the claim "${claim}"`);
  }
  const { roles, traits } = mapConnectorClaims(connector, claims);
  if (roles.length === 0) {
    throw refused('Your groups at the identity provider give you no role here');
  }
  return { user: named, roles, traits };
}

const refused = (why: string) =>
  new GatewayError('bad-login', `${why}: sign in again, or ask an administrator.`);

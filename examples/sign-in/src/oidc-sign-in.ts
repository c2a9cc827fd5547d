import { LRUCache } from 'lru-cache';
import * as oidc from 'openid-client';
import { badLogin } from './bad-login.js';
import { Refusal } from './refusal.js';
import { createSeal } from './seal.js';
import { hashOf } from './secrets.js';

/** What an identity provider says about a person. */
export type Claims = Readonly<Record<string, unknown>>;

/** Sign-in at an OpenID provider: authorization code with PKCE, state and nonce. */
export interface OidcSignIn {
  /**
   * `flow` is a secret for a short-lived cookie that ties the answer to this browser. It holds all there is about the
   * sign-in, sealed: however many begin one, nobody pushes out that of another.
   */
  begin(): Promise<{ readonly url: string; readonly flow: string }>;
  /**
   * The claims of the ID token, and those of the user info endpoint that it does not have. An email address and whether it
   * is verified are of the same source.
   *
   * @throws Refusal `bad-login` when anything about the answer is not as it was asked for
   */
  finish(flow: string, callback: URL): Promise<Claims>;
}

export interface OidcSignInOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends the browser back to. */
  readonly redirectUri: string;
  readonly clock: () => Date;
  /** Besides openid, email and profile. */
  readonly scopes?: readonly string[] | undefined;
  readonly prompt?: string | undefined;
  readonly acrValues?: string | undefined;
}

interface Flow {
  readonly pkceCodeVerifier: string;
  readonly expectedState: string;
  readonly expectedNonce: string;
  readonly expiresAt: number;
}

const FLOW_MS = 10 * 60_000;
const LOOPBACK = /^(127(\.\d+){3}|\[::1\]|localhost)$/;

export function createOidcSignIn(o: OidcSignInOptions): OidcSignIn {
  const seal = createSeal();
  // Whoever has more sign-ins answered than this meets the provider, which takes a code once.
  const used = new LRUCache<string, true>({ max: 20_000 });
  let found: Promise<oidc.Configuration> | undefined;
  const provider = () => {
    const server = new URL(o.issuer);
    // Only a provider on this machine may speak in clear.
    const clear = server.protocol === 'http:' && LOOPBACK.test(server.hostname);
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
        throw new Refusal(503, 'unavailable', 'The identity provider does not answer: try later.');
      });
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const expiresAt = o.clock().getTime() + FLOW_MS;
      const flow = seal.close(JSON.stringify([pkceCodeVerifier, state, nonce, expiresAt]));
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: o.redirectUri,
        scope: [...new Set(['openid', 'email', 'profile', ...(o.scopes ?? [])])].join(' '),
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(o.prompt ? { prompt: o.prompt } : {}),
        ...(o.acrValues ? { acr_values: o.acrValues } : {}),
      });
      return { url: url.href, flow };
    },
    async finish(flow, callback) {
      const text = seal.open(flow);
      const made = text === undefined ? undefined : readFlow(text);
      // Base64 has several spellings of one text; the state is there once.
      const key = hashOf(made?.expectedState ?? '');
      if (!made || made.expiresAt <= o.clock().getTime() || used.has(key)) {
        throw badLogin('The sign-in took too long or was used before');
      }
      used.set(key, true);
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
        return joinClaims(idToken, more);
      } catch {
        // Causes hold codes and tokens.
        throw badLogin('The identity provider did not confirm the sign-in');
      }
    },
  };
}

/** What the seal has proven to be ours. */
function readFlow(text: string): Flow {
  const [pkceCodeVerifier = '', expectedState = '', expectedNonce = '', expiresAt = 0] =
    JSON.parse(text);
  return { pkceCodeVerifier, expectedState, expectedNonce, expiresAt };
}

/** The flag of one source says nothing about the address of another. */
export function joinClaims(idToken: Claims, userInfo: Claims): Claims {
  const { email, email_verified } = idToken.email === undefined ? userInfo : idToken;
  return { ...userInfo, ...idToken, email, email_verified };
}

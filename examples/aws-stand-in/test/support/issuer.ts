import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { ISSUER } from './seed.js';

/** An identity provider in a function: `fetch` serves its documents, `token` signs. */
export async function createIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'RS256' };
  const documents = new Map<string, unknown>([
    [
      `${ISSUER}/.well-known/openid-configuration`,
      { issuer: ISSUER, jwks_uri: `${ISSUER}/.well-known/jwks-oidc` },
    ],
    [`${ISSUER}/.well-known/jwks-oidc`, { keys: [jwk] }],
  ]);
  const fetch: typeof globalThis.fetch = async (input) => {
    const document = documents.get(String(input));
    return document ? Response.json(document) : new Response('', { status: 404 });
  };
  const token = (now: Date, claims: JWTPayload = {}, key = privateKey) => {
    const iat = Math.floor(now.getTime() / 1000) - 10;
    const payload = {
      iss: ISSUER,
      sub: 'system:proxy',
      aud: 'discover.teleport',
      iat,
      nbf: iat,
      exp: iat + 3600,
      ...claims,
    };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
  };
  return { fetch, token, documents };
}

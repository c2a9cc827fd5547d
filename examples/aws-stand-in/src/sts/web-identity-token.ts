import {
  createLocalJWKSet,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { AwsFault } from '../errors/aws-fault.js';
import type { OidcProvider } from '../iam/directory.js';
import { checkTags, readSourceIdentity } from './session-parameters.js';

/** What a verified token says. */
export interface TokenClaims {
  readonly audience: string;
  readonly subject: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly transitiveTagKeys: ReadonlySet<string>;
  readonly sourceIdentity?: string | undefined;
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384'];
const MAX_DOCUMENT = 64 * 1024;
const TIMEOUT_MS = 5000;
const DAY = 24 * 3600;

/**
 * The issuer a token claims, read without any proof, only to find the registered provider.
 *
 * @throws {AwsFault} InvalidIdentityToken
 */
export function issuerOf(token: string): string {
  let issuer: string | undefined;
  try {
    issuer = decodeJwt(token).iss;
  } catch {
    throw invalidToken('The ID Token provided is not a valid JWT.');
  }
  if (issuer === undefined) throw invalidToken('Missing a required claim: iss');
  return issuer;
}

/**
 * Verifies signature, times and audience against the issuer's published keys, fetched anew each time.
 *
 * @throws {AwsFault} InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError
 */
export async function verifyWebIdentityToken(
  token: string,
  provider: OidcProvider,
  now: Date,
  fetch: typeof globalThis.fetch,
): Promise<TokenClaims> {
  const keys = await fetchKeys(provider.url, fetch);
  const payload = await verify(token, keys, provider.url, now);
  const { exp, iat, sub } = payload;
  if (exp === undefined || iat === undefined || !sub) {
    throw invalidToken('Missing a required claim: exp, iat or sub');
  }
  const seconds = now.getTime() / 1000;
  if (exp - iat > DAY || seconds - iat > DAY) {
    throw invalidToken('Token must be issued within timeframe');
  }
  if (iat > seconds + 300) throw invalidToken('The token was issued in the future');
  const audiences = typeof payload.aud === 'string' ? [payload.aud] : (payload.aud ?? []);
  const audience = typeof payload.azp === 'string' ? payload.azp : audiences[0];
  if (audience === undefined || !provider.clientIds.has(audience)) {
    throw invalidToken('Incorrect token audience');
  }
  return { audience, subject: sub, ...readSessionClaims(payload) };
}

async function verify(
  token: string,
  keys: JSONWebKeySet,
  issuer: string,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      currentDate,
      algorithms: ALGORITHMS,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const until = new Date((error.payload.exp ?? 0) * 1000).toISOString();
      throw new AwsFault(
        'ExpiredTokenException',
        400,
        `Token expired: current date/time ${currentDate.toISOString()} must be before the expiration date/time ${until}`,
      );
    }
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
}

async function fetchKeys(issuer: string, fetch: typeof globalThis.fetch): Promise<JSONWebKeySet> {
  const discovery = await fetchJson(`${issuer}/.well-known/openid-configuration`, fetch);
  if (discovery.issuer !== issuer) {
    throw invalidToken('The issuer of the discovery document is not the issuer of the token.');
  }
  const { jwks_uri: address } = discovery;
  if (typeof address !== 'string' || !address.startsWith('https://')) {
    throw invalidToken('The discovery document names no https jwks_uri.');
  }
  const { keys } = await fetchJson(address, fetch);
  if (!Array.isArray(keys)) throw invalidToken('The key set holds no keys.');
  // AWS ignores keys that do not say which they are and that they sign.
  return {
    keys: keys.filter((key) => typeof key?.kid === 'string' && key.kid && key.use === 'sig'),
  };
}

async function fetchJson(
  address: string,
  fetch: typeof globalThis.fetch,
): Promise<Record<string, unknown>> {
  let text: string;
  try {
    const response = await fetch(address, {
      redirect: 'error',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = response.status === 200 ? await response.text() : '';
  } catch (cause) {
    throw unreachable(address, cause);
  }
  if (text === '' || text.length > MAX_DOCUMENT) throw unreachable(address);
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Falls through to the refusal below: no JSON is as useless as the wrong JSON.
  }
  throw unreachable(address);
}

function readSessionClaims(
  payload: JWTPayload,
): Pick<TokenClaims, 'tags' | 'transitiveTagKeys' | 'sourceIdentity'> {
  const source = payload['https://aws.amazon.com/source_identity'];
  const sourceIdentity = readSourceIdentity(typeof source === 'string' ? source : undefined);
  const claim = payload['https://aws.amazon.com/tags'];
  if (!isRecord(claim) || !isRecord(claim.principal_tags)) {
    return { tags: new Map(), transitiveTagKeys: new Set(), sourceIdentity };
  }
  const pairs = Object.entries(claim.principal_tags).map(([key, value]) => {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return [key, String(first ?? '')] as const;
  });
  const tags = checkTags(pairs);
  const keys = Array.isArray(claim.transitive_tag_keys) ? claim.transitive_tag_keys : [];
  return { tags, transitiveTagKeys: new Set(keys.map(String)), sourceIdentity };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidToken(message: string): AwsFault {
  return new AwsFault('InvalidIdentityToken', 400, message);
}

function unreachable(address: string, cause?: unknown): AwsFault {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  const message = `Identity provider communication error: ${address} gave no usable document${why}`;
  return new AwsFault('IDPCommunicationError', 400, message);
}

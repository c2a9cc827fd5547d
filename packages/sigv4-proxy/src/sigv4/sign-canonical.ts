import { hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import { HMAC, type SignatureMaker, type SigningCredentials, type SigV4a } from './algorithm.js';
import type { SigningCache } from './signing-cache.js';

/** A signature and what a chain of chunk signatures needs from it. */
export interface RawSignature {
  /** Value for the Authorization header. */
  readonly authorization: string;
  /** The signature: the seed of signed chunks. */
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  /** `date[/region]/service/aws4_request`. */
  readonly scope: string;
}

/** What signs: the part of a signer's options that no canonical request depends on. */
export interface SigningIdentity {
  readonly credentials: SigningCredentials;
  readonly region?: string | undefined;
  readonly service: string;
  readonly algorithm?: SignatureMaker | undefined;
}

/**
 * Signs a canonical request.
 *
 * @param canonical as text it is signed as UTF-8
 * @param signedText the signed names, joined
 * @throws SigV4ProxyError `invalid-option`
 */
export function signCanonical(
  canonical: string | Uint8Array,
  signedText: string,
  timestamp: string,
  identity: SigningIdentity,
  cache: SigningCache,
): RawSignature {
  const { credentials, region, service } = identity;
  const v4a = v4aOf(identity.algorithm);
  const hashed = hash('sha256', canonical, 'hex');
  if (v4a !== undefined) {
    const scope = `${timestamp.slice(0, 8)}/${service}/aws4_request`;
    const toSign = `${v4a.name}\n${timestamp}\n${scope}\n${hashed}`;
    const signature = v4a.signText(toSign, credentials, cache);
    const authorization = `${v4a.name} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedText}, Signature=${signature}`;
    return { authorization, signature, timestamp, scope };
  }
  if (!region) throw new SigV4ProxyError('invalid-option', 'SigV4 needs a region to sign for.');
  const key = cache.keys.scope(credentials, timestamp, region, service);
  const signature = key.sign(timestamp, hashed);
  const authorization = key.authorizationPrefix(signedText) + signature;
  return { authorization, signature, timestamp, scope: key.scope };
}

/** The SigV4A a signer was given, if it was given one. Only a call that is not type-checked can bring anything else. */
export function v4aOf(algorithm: SignatureMaker | undefined): SigV4a | undefined {
  if (algorithm === undefined || algorithm === HMAC) return undefined;
  if (typeof algorithm === 'object') return algorithm;
  throw new SigV4ProxyError(
    'invalid-option',
    'For SigV4A give sigv4a of @postern/sigv4-proxy/sigv4a as the algorithm.',
  );
}

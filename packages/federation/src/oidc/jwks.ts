import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { FederationError } from '../errors.js';

/** A public key as the key set lists it. */
export interface PublicSigningKey {
  readonly kty: 'RSA';
  readonly alg: 'RS256';
  readonly use: 'sig';
  /** RFC 7638 thumbprint (SHA-256); the header of a token names the key by it. */
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

/** The document under `jwks_uri`. */
export interface JsonWebKeySet {
  readonly keys: readonly PublicSigningKey[];
}

const SMALLEST_MODULUS_BITS = 2048;

/**
 * Makes a key set of public keys in PEM form. Equal keys come once; the order stays.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7517
 * @param pems - public keys (SPKI or PKCS#1), certificates, or private keys, of which only the public half is used
 * @throws {@link FederationError} `unsupported-key-type` for anything but RSA of 2048 bits or more,
 *   `invalid-signing-key` for what is no key
 */
export async function jwksFromPublicKeys(pems: readonly string[]): Promise<JsonWebKeySet> {
  if (!Array.isArray(pems)) {
    throw new FederationError({
      code: 'invalid-signing-key',
      message: 'The public keys must be a list of PEM texts.',
    });
  }
  return keySetOf(await Promise.all(pems.map((pem) => publicSigningKey(readPublicKey(pem)))));
}

/** Equal keys once, where they first stand. */
export function keySetOf(keys: readonly PublicSigningKey[]): JsonWebKeySet {
  // A Map keeps the place of the first of equal entries.
  return { keys: [...new Map(keys.map((key) => [key.kid, key])).values()] };
}

/** Reads one PEM. The message of the parser is not passed on: it may quote key material. */
export function readPublicKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch {
    throw new FederationError({
      code: 'invalid-signing-key',
      message: 'The signing key is no PEM text of a key.',
    });
  }
}

/** The entry of a key in the key set. @throws FederationError `unsupported-key-type` */
export async function publicSigningKey(key: KeyObject): Promise<PublicSigningKey> {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < SMALLEST_MODULUS_BITS) {
    throw new FederationError({
      code: 'unsupported-key-type',
      message: 'AWS verifies RS256 only: the signing key must be RSA of at least 2048 bits.',
    });
  }
  const jwk = await exportJWK(key);
  const { n = '', e = '' } = jwk;
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e }, 'sha256');
  return { kty: 'RSA', alg: 'RS256', use: 'sig', kid, n, e };
}

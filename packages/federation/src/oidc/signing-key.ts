import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';
import { base64url, CompactSign, compactVerify, generateKeyPair, importJWK } from 'jose';
import { FederationError } from '../errors.js';
import { type PublicSigningKey, publicSigningKey, readPublicKey } from './jwks.js';

/** A key that signs tokens. Its private half never leaves it. */
export interface SigningKey {
  /** What the key set lists. */
  readonly publicKey: PublicSigningKey;
  /** Signs with RS256 and returns the compact token. */
  sign(header: TokenHeader, payload: Uint8Array): Promise<string>;
}

/** The protected header of a token. */
export interface TokenHeader {
  readonly alg: 'RS256';
  readonly typ: 'JWT';
  readonly kid: string;
}

/**
 * Makes a new RSA key in memory. It is gone with the process: fine for a demo, not for several instances.
 *
 * @param options - modulusLength in bits, at least 2048. Default 2048.
 * @throws {@link FederationError} `unsupported-key-type`
 */
export async function generateSigningKey(
  options: { readonly modulusLength?: number | undefined } = {},
): Promise<SigningKey> {
  const modulusLength = options.modulusLength ?? 2048;
  if (!(modulusLength >= 2048 && modulusLength <= 8192)) {
    throw new FederationError({
      code: 'unsupported-key-type',
      message: 'A generated signing key must have 2048 to 8192 bits.',
    });
  }
  const { privateKey } = await generateKeyPair('RS256', { modulusLength, extractable: true });
  return localKey(KeyObject.from(privateKey));
}

/**
 * Reads a private RSA key.
 *
 * @param pem - PKCS#8 or PKCS#1, not encrypted
 * @throws {@link FederationError} `invalid-signing-key`, `unsupported-key-type`
 */
export async function signingKeyFromPem(pem: string): Promise<SigningKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // No cause: errors of the parser may quote the text.
    throw new FederationError({
      code: 'invalid-signing-key',
      message: 'The signing key is no PEM text of an unencrypted private key.',
    });
  }
  return localKey(key);
}

/** A signer whose private key is elsewhere, such as AWS KMS with RSASSA_PKCS1_V1_5_SHA_256. */
export interface RemoteSigner {
  /** The public key, PEM (KMS GetPublicKey gives its DER). */
  readonly publicKeyPem: string;
  /** Signs the whole message (not its digest) with RSASSA-PKCS1-v1_5 and SHA-256. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * Makes a signing key of a signer elsewhere. Every signature is verified before the token is given out, so a signer
 * with another key or another padding fails here and not at AWS.
 *
 * @throws {@link FederationError} `invalid-signing-key`, `unsupported-key-type`; signing throws `signing-failed`
 */
export async function signingKeyFromSigner(signer: RemoteSigner): Promise<SigningKey> {
  const publicKey = await publicSigningKey(readPublicKey(signer.publicKeyPem));
  const verifier = await importJWK({ ...publicKey }, 'RS256');
  return {
    publicKey,
    async sign(header, payload) {
      const input = `${base64url.encode(JSON.stringify(header))}.${base64url.encode(payload)}`;
      try {
        const signature = await signer.sign(new TextEncoder().encode(input));
        const token = `${input}.${base64url.encode(signature)}`;
        await compactVerify(token, verifier, { algorithms: ['RS256'] });
        return token;
      } catch {
        throw new FederationError({
          code: 'signing-failed',
          message:
            'The signer failed, or its signature does not fit its public key: RSASSA-PKCS1-v1_5 with SHA-256 over the whole message is expected.',
        });
      }
    },
  };
}

async function localKey(key: KeyObject): Promise<SigningKey> {
  const publicKey = await publicSigningKey(createPublicKey(key));
  return {
    publicKey,
    sign: (header, payload) => new CompactSign(payload).setProtectedHeader({ ...header }).sign(key),
  };
}

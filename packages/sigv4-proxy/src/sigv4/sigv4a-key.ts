import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import { ECDSA } from './algorithm.js';

// Order of the P-256 group, less two (FIPS 186-4 D.1.2.3): a candidate above it would not fit once one is added.
const LIMIT = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254fn;

/**
 * The SigV4A key pair that AWS derives from an access key: both sides know the secret, so the verifier makes the public key too.
 * Holds key material in an opaque key object.
 */
export class SigV4aKey {
  readonly #secretAccessKey: string;
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(accessKeyId: string, secretAccessKey: string) {
    this.#secretAccessKey = secretAccessKey;
    const scalar = deriveScalar(accessKeyId, secretAccessKey);
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(scalar);
    const point = ecdh.getPublicKey();
    this.#private = createPrivateKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: 'P-256',
        d: scalar.toString('base64url'),
        x: point.toString('base64url', 1, 33),
        y: point.toString('base64url', 33, 65),
      },
    });
    this.#public = createPublicKey(this.#private);
    scalar.fill(0);
  }

  /** Whether this key was derived from that secret. */
  isOf(secretAccessKey: string): boolean {
    return secretAccessKey === this.#secretAccessKey;
  }

  /** The public point's coordinates, base64url, as a JWK has them. */
  publicJwk(): { readonly x: string; readonly y: string } {
    const { x = '', y = '' } = this.#public.export({ format: 'jwk' });
    return { x, y };
  }

  /** Signs a text; hex of a DER signature, different at each call. */
  signText(text: string): string {
    return sign('sha256', Buffer.from(text), this.#private).toString('hex');
  }

  /** Checks a hex DER signature of a text. */
  verifyText(text: string, signature: string): boolean {
    return verify('sha256', Buffer.from(text), this.#public, Buffer.from(signature, 'hex'));
  }
}

/** NIST SP 800-108 in counter mode, as the AWS SDKs use it. */
function deriveScalar(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter <= 254; counter += 1) {
    const bytes = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update(ECDSA)
      .update(Buffer.from([0]))
      .update(accessKeyId)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest();
    const candidate = BigInt(`0x${bytes.toString('hex')}`);
    if (candidate <= LIMIT) {
      return Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
    }
  }
  throw new SigV4ProxyError('internal', 'No SigV4A key can be derived from this access key.');
}

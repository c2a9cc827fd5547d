import { SigV4ProxyError } from '../errors.js';
import type { LocalCredentials } from './types.js';

/** Upper-case letters and digits, as in access key ids. */
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ID_LENGTH = 20;
const SECRET_LENGTH = 40;

/** Options of {@link createLocalCredentials}. */
export interface CreateLocalCredentialsOptions {
  /** Cryptographic randomness; `crypto.randomBytes` and a wrapped `crypto.getRandomValues` fit. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** First characters of the key id, so that people and secret scanners see that it is not AWS's. Default `SP00`. */
  readonly marker?: string | undefined;
  /** When the proxy will stop taking them. */
  readonly expiration?: Date | undefined;
}

/**
 * Makes a local key pair: 20 characters that start with a marker, and 40 random ones. Make a new pair for every process.
 *
 * @throws {@link SigV4ProxyError} `invalid-option` for a marker that looks like AWS's or has other characters than `A-Z0-9`
 *
 * @example
 * ```ts
 * declare const randomBytes: (length: number) => Uint8Array; // of node:crypto
 * const credentials = createLocalCredentials({ randomBytes }); // worthless towards AWS
 * ```
 */
export function createLocalCredentials(options: CreateLocalCredentialsOptions): LocalCredentials {
  const marker = options.marker ?? 'SP00';
  if (!/^[A-Z0-9]{2,8}$/.test(marker) || /^A[KS]IA/.test(marker)) {
    throw new SigV4ProxyError(
      'invalid-option',
      'The marker of local keys is two to eight capitals and digits and does not start like a key of AWS.',
    );
  }
  const bytes = options.randomBytes(ID_LENGTH - marker.length + SECRET_LENGTH);
  const id = [...bytes.subarray(0, ID_LENGTH - marker.length)];
  const secret = [...bytes.subarray(ID_LENGTH - marker.length)];
  return {
    // Both alphabets have a power of two characters, so the remainder is not biased.
    accessKeyId: marker + id.map((byte) => ID_ALPHABET[byte % 32]).join(''),
    secretAccessKey: secret.map((byte) => SECRET_ALPHABET[byte % 64]).join(''),
    ...(options.expiration ? { expiration: options.expiration } : {}),
  };
}

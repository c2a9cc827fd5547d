import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes as upper-case base32 without padding, cut to a length: the alphabet of AWS identifiers. */
export function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let value = 0;
  let bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

/**
 * The unique id of a user (`AIDA…`) or role (`AROA…`), always the same for one ARN.
 */
export function principalId(prefix: 'AIDA' | 'AROA', arn: string): string {
  return prefix + base32(createHash('sha256').update(arn).digest(), 17);
}

/** A fresh access key id and secret in AWS's lengths and alphabets. */
export function newKeyPair(
  prefix: 'AKIA' | 'ASIA',
  randomBytes: (size: number) => Uint8Array,
): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  return {
    accessKeyId: prefix + base32(randomBytes(12), 16),
    secretAccessKey: Buffer.from(randomBytes(30)).toString('base64'),
  };
}

/** A request id as query services write it. */
export function newUuid(randomBytes: (size: number) => Uint8Array): string {
  const hex = Buffer.from(randomBytes(16)).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

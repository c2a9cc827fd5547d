import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as text. */
export const randomSecret = () => randomBytes(32).toString('base64url');

/** What is kept of a secret: enough to know it again, useless to whoever reads our memory. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** Compares in a time that tells nothing, not even about lengths. */
export const isSame = (a: string, b: string) =>
  timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));

/** 20 letters and digits that nobody guesses, to be typed and copied: no dash that a command line takes for an option. */
export const randomId = () =>
  Array.from(randomBytes(20), (byte) => ID_LETTERS[byte % ID_LETTERS.length]).join('');

/** 32 of them, so that every byte is as likely. */
const ID_LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as text. */
export const randomSecret = () => randomBytes(32).toString('base64url');

/** What is kept of a secret: enough to know it again, useless to whoever reads our memory. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** Compares in a time that tells nothing, not even about lengths. */
export const isSame = (a: string, b: string) =>
  timingSafeEqual(Buffer.from(hashOf(a)), Buffer.from(hashOf(b)));

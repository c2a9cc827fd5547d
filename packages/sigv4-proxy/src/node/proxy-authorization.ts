import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares the password of a Basic header in constant time; the user name is free. */
export function isAuthorized(header: string | undefined, secret: string): boolean {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const password = text.slice(text.indexOf(':') + 1);
  return timingSafeEqual(sha256(password), sha256(secret));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

import { generateKeyPairSync } from 'node:crypto';

/** Keys are slow to make, so the tests share two. */
const make = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

export const FIRST = make();
export const SECOND = make();

import { hash } from 'node:crypto';
import { EMPTY_SHA256 } from './algorithm.js';

/** SHA-256 of a body in hand, in hex; text is hashed as UTF-8. */
export function sha256Hex(body: string | Uint8Array | undefined): string {
  return body === undefined || body.length === 0 ? EMPTY_SHA256 : hash('sha256', body, 'hex');
}

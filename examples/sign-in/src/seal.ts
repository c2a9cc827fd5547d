import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Makes texts that only it can read and make, for what others keep for us. */
export interface Seal {
  close(text: string): string;
  /** Undefined for anything that this seal has not made. */
  open(sealed: string): string | undefined;
}

const IV = 12;
const TAG = 16;

/** AES-256-GCM with a key that lives as long as the process. */
export function createSeal(): Seal {
  const key = randomBytes(32);
  return {
    close(text) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV + TAG) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), {
        authTagLength: TAG,
      });
      decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
      try {
        const text = decipher.update(bytes.subarray(IV + TAG));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}

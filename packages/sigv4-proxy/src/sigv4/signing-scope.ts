import { createHmac, hash } from 'node:crypto';

const BLOCK = 64;

/**
 * The SigV4 key of one access key, day, region and service, ready to sign: the key is folded into the two pads of HMAC once, so
 * that a signature is two one-shot digests over prepared buffers. Holds key material; `dispose` wipes it.
 */
export class SigningScope {
  /** `date/region/service/aws4_request`. */
  readonly scope: string;
  readonly #accessKeyId: string;
  #secretAccessKey: string;
  readonly #date: string;
  readonly #region: string;
  readonly #service: string;
  readonly #inner: Buffer;
  readonly #outer: Buffer;
  readonly #hashAt: number;
  #timestamp = '';
  #signedText = '';
  #prefix = '';
  #disposed = false;

  constructor(
    source: { readonly accessKeyId: string; readonly secretAccessKey: string },
    date: string,
    region: string,
    service: string,
  ) {
    const { secretAccessKey } = source;
    this.scope = `${date}/${region}/${service}/aws4_request`;
    this.#accessKeyId = source.accessKeyId;
    this.#secretAccessKey = secretAccessKey;
    this.#date = date;
    this.#region = region;
    this.#service = service;
    const key = deriveSigningKey(secretAccessKey, date, region, service);
    // Everything in the string to sign but the time and the hash is fixed for a scope, and so is its length.
    const head = Buffer.from(`AWS4-HMAC-SHA256\n${date}T000000Z\n${this.scope}\n`);
    this.#hashAt = BLOCK + head.length;
    this.#inner = Buffer.alloc(this.#hashAt + 64, 0x36);
    this.#outer = Buffer.alloc(BLOCK + 32, 0x5c);
    for (const [i, byte] of key.entries()) {
      this.#inner[i] = byte ^ 0x36;
      this.#outer[i] = byte ^ 0x5c;
    }
    head.copy(this.#inner, BLOCK);
    key.fill(0);
  }

  /** Whether this is the key of that secret and scope; both sides are ours, so time does not matter. `day`: what it starts with. */
  fits(
    source: { readonly accessKeyId: string; readonly secretAccessKey: string },
    day: string,
    region: string,
    service: string,
  ): boolean {
    return (
      source.accessKeyId === this.#accessKeyId &&
      source.secretAccessKey === this.#secretAccessKey &&
      region === this.#region &&
      service === this.#service &&
      day.startsWith(this.#date) &&
      !this.#disposed
    );
  }

  /**
   * Signs a request.
   *
   * @param timestamp `YYYYMMDDTHHMMSSZ`, of the scope's day
   * @param canonicalHash SHA-256 of the canonical request, 64 hex digits
   */
  sign(timestamp: string, canonicalHash: string): string {
    if (timestamp !== this.#timestamp) {
      this.#inner.write(timestamp, BLOCK + 17, 16, 'latin1');
      this.#timestamp = timestamp;
    }
    this.#inner.write(canonicalHash, this.#hashAt, 64, 'latin1');
    this.#outer.write(hash('sha256', this.#inner, 'binary'), BLOCK, 32, 'latin1');
    return hash('sha256', this.#outer, 'hex');
  }

  /**
   * The Authorization header up to its signature.
   *
   * @param signedText the signed names, joined; a client signs the same ones all day
   */
  authorizationPrefix(signedText: string): string {
    if (signedText !== this.#signedText) {
      this.#prefix = `AWS4-HMAC-SHA256 Credential=${this.#accessKeyId}/${this.scope}, SignedHeaders=${signedText}, Signature=`;
      this.#signedText = signedText;
    }
    return this.#prefix;
  }

  /** Wipes the key. A later `fits` is false. */
  dispose(): void {
    this.#disposed = true;
    this.#secretAccessKey = '';
    this.#timestamp = '';
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}

/** The key of a scope, 32 bytes; wipe them after use. */
export function deriveSigningKey(
  secretAccessKey: string,
  date: string,
  region: string,
  service: string,
): Buffer {
  const ofService = hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service);
  return hmac(ofService, 'aws4_request');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

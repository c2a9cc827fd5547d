import { createHmac, createSecretKey, hash } from 'node:crypto';
import { SigV4ProxyError } from '../errors.js';
import { EMPTY_SHA256 } from '../sigv4/algorithm.js';
import { SignatureComparer } from '../sigv4/signature-comparer.js';
import { deriveSigningKey } from '../sigv4/signing-scope.js';
import { SigV4aKey } from '../sigv4/sigv4a-key.js';
import type { Trailer } from './chunk-lines.js';

/** What a chain of chunk signatures starts from. */
export interface ChunkChainOptions {
  /** The signature of the request's headers. */
  readonly seedSignature: string;
  readonly secretAccessKey: string;
  /** Only SigV4A needs it: its key depends on it. */
  readonly accessKeyId?: string | undefined;
  /** `YYYYMMDDTHHMMSSZ` of the request. */
  readonly timestamp: string;
  /** `date/region/service/aws4_request`; SigV4A: `date/service/aws4_request`. */
  readonly scope: string;
}

/** The strings to sign of one body, and the key they are signed with. Each signature covers the one before. */
export interface ChunkChain {
  /** String to sign of the next chunk. */
  chunkText(data: Uint8Array): string;
  /** String to sign of the trailers. */
  trailerText(trailers: readonly Trailer[]): string;
  sign(text: string): string;
  /** Compares in constant time. */
  verify(text: string, signature: string): boolean;
  /** Moves on: this signature is the one before from now on. */
  advance(signature: string): void;
}

/**
 * Makes a chain.
 *
 * @throws SigV4ProxyError `invalid-option` for a scope that is none
 */
export function createChunkChain(options: ChunkChainOptions): ChunkChain {
  const { secretAccessKey, accessKeyId = '', timestamp, scope } = options;
  const fields = scope.split('/');
  const [date = '', region = '', service = ''] = fields;
  if (fields.at(-1) !== 'aws4_request' || fields.length < 3 || fields.length > 4) {
    throw new SigV4ProxyError(
      'invalid-option',
      'The scope must be date/region/service/aws4_request.',
    );
  }
  const ecdsa = fields.length === 3;
  const name = ecdsa ? 'AWS4-ECDSA-P256-SHA256' : 'AWS4-HMAC-SHA256';
  const key = ecdsa
    ? ecdsaKey(accessKeyId, secretAccessKey)
    : hmacKey(secretAccessKey, date, region, service);
  let previous = options.seedSignature;
  const head = (part: string) => `${name}-${part}\n${timestamp}\n${scope}\n${previous}\n`;
  return {
    ...key,
    chunkText: (data) => `${head('PAYLOAD')}${EMPTY_SHA256}\n${hash('sha256', data, 'hex')}`,
    trailerText(trailers) {
      const lines = trailers.map(([trailer, value]) => `${trailer}:${value}\n`).sort();
      return head('TRAILER') + hash('sha256', Buffer.from(lines.join(''), 'latin1'), 'hex');
    },
    advance(signature) {
      previous = signature;
    },
  };
}

type Key = Pick<ChunkChain, 'sign' | 'verify'>;

function hmacKey(secret: string, date: string, region: string, service: string): Key {
  const bytes = deriveSigningKey(secret, date, region, service);
  // A key object is not derived again at each use, and keeps the bytes out of reach.
  const key = createSecretKey(bytes);
  bytes.fill(0);
  const comparer = new SignatureComparer();
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('hex');
  return { sign, verify: (text, signature) => comparer.isSame(sign(text), signature) };
}

function ecdsaKey(accessKeyId: string, secret: string): Key {
  const key = new SigV4aKey(accessKeyId, secret);
  return {
    sign: (text) => key.signText(text),
    verify: (text, signature) => key.verifyText(text, signature),
  };
}

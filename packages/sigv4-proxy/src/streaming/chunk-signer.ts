import { type ChunkChainOptions, createChunkChain } from './chunk-chain.js';
import type { Trailer } from './chunk-lines.js';

/** Signs the chunks of one body, in order. */
export interface ChunkSigner {
  /** The signature of the next chunk; the last chunk is empty. */
  signChunk(data: Uint8Array): string;
  /** The signature of the trailers, after the empty chunk. Names in lower case. */
  signTrailers(trailers: readonly Trailer[]): string;
}

/**
 * Makes a signer for the chunks of one aws-chunked body.
 *
 * @param options the request's own signature, key, time and scope
 * @throws SigV4ProxyError `invalid-option`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 *
 * @example
 * ```ts
 * const signer = createChunkSigner({
 *   seedSignature: '0'.repeat(64), // of the signed head
 *   secretAccessKey: 'secret',
 *   timestamp: '20261120T100000Z',
 *   scope: '20261120/eu-west-1/s3/aws4_request',
 * });
 * const signature = signer.signChunk(new TextEncoder().encode('data'));
 * ```
 */
export function createChunkSigner(options: ChunkChainOptions): ChunkSigner {
  const chain = createChunkChain(options);
  const sign = (text: string) => {
    const signature = chain.sign(text);
    chain.advance(signature);
    return signature;
  };
  return {
    signChunk: (data) => sign(chain.chunkText(data)),
    signTrailers: (trailers) => sign(chain.trailerText(trailers)),
  };
}

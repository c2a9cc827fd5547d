import { SigV4ProxyError } from '../errors.js';
import { type ChunkChainOptions, createChunkChain } from './chunk-chain.js';
import { malformedChunk, type Trailer } from './chunk-lines.js';

/** What the chunks of a body are verified against. */
export interface ChunkVerifierOptions extends ChunkChainOptions {
  /** Value of `x-amz-decoded-content-length`: the sum of the chunk sizes must equal it. */
  readonly decodedContentLength: number;
}

/** Verifies the chunks of one body, in order. A chunk is proven, and may be used, once `verifyChunk` has returned. */
export interface ChunkVerifier {
  /** @throws SigV4ProxyError `chunk-signature-mismatch`, `decoded-length-mismatch`, `malformed-chunk`, with `chunkIndex` */
  verifyChunk(data: Uint8Array, signature: string): void;
  /** @throws SigV4ProxyError `trailer-signature-mismatch`, `truncated` */
  verifyTrailers(trailers: readonly Trailer[], signature: string | undefined): void;
  /** @throws SigV4ProxyError `truncated`: the final empty chunk has not come */
  end(): void;
}

/**
 * Makes a verifier for the chunks of one aws-chunked body.
 *
 * @param options the request's verified signature, the client's key, time and scope
 * @throws SigV4ProxyError `invalid-option`
 *
 * @example
 * ```ts
 * declare const chunk: { data: Uint8Array; signature: string };
 * const verifier = createChunkVerifier({
 *   seedSignature: '0'.repeat(64), // of the verified head
 *   secretAccessKey: 'secret',
 *   timestamp: '20261120T100000Z',
 *   scope: '20261120/eu-west-1/s3/aws4_request',
 *   decodedContentLength: chunk.data.length,
 * });
 * verifier.verifyChunk(chunk.data, chunk.signature); // throws unless it is the next chunk of this body
 * ```
 */
export function createChunkVerifier(options: ChunkVerifierOptions): ChunkVerifier {
  const chain = createChunkChain(options);
  let index = 0;
  let total = 0;
  let complete = false;
  const checkEnd = () => {
    if (complete) return;
    throw new SigV4ProxyError('truncated', 'The body ends without its final empty chunk.', {
      chunkIndex: index,
    });
  };
  return {
    verifyChunk(data, signature) {
      if (complete) throw malformedChunk('a chunk follows the empty one', index);
      if (!chain.verify(chain.chunkText(data), signature)) {
        throw new SigV4ProxyError(
          'chunk-signature-mismatch',
          `The signature of chunk ${index} does not match its data.`,
          { chunkIndex: index },
        );
      }
      chain.advance(signature);
      total += data.length;
      complete = data.length === 0;
      checkDecodedLength(total, complete, options.decodedContentLength, index);
      index += 1;
    },
    verifyTrailers(trailers, signature) {
      checkEnd();
      if (signature !== undefined && chain.verify(chain.trailerText(trailers), signature)) {
        chain.advance(signature);
        return;
      }
      throw new SigV4ProxyError(
        'trailer-signature-mismatch',
        'The trailers are not signed, or their signature does not match.',
      );
    },
    end: checkEnd,
  };
}

/** Refuses as soon as the sum cannot come out right. */
export function checkDecodedLength(
  total: number,
  complete: boolean,
  expected: number,
  chunkIndex?: number,
): void {
  if (complete ? total === expected : total <= expected) return;
  throw new SigV4ProxyError(
    'decoded-length-mismatch',
    'The chunks do not add up to x-amz-decoded-content-length.',
    { chunkIndex },
  );
}

import { SigV4ProxyError } from '../errors.js';
import type { StreamingMode } from '../sigv4/payload-mode.js';

/** A trailer: lower-case name and trimmed value. */
export type Trailer = readonly [name: string, value: string];

/** The first line of a chunk. */
export interface ChunkHead {
  /** Bytes of data; 0 ends the body. */
  readonly size: number;
  /** The size as the client wrote it; written out again, so that lengths stay. */
  readonly sizeText: string;
  /** Signature of the chunk, without padding; undefined in unsigned modes. */
  readonly signature: string | undefined;
}

const HEAD = /^([0-9A-Fa-f]+)(?:;chunk-signature=([0-9a-f]+)(\**))?$/;
const TRAILER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What is wrong with the frames of an aws-chunked body. */
export function malformedChunk(why: string, chunkIndex?: number): SigV4ProxyError {
  return new SigV4ProxyError('malformed-chunk', `The aws-chunked body is malformed: ${why}.`, {
    chunkIndex,
  });
}

/** Whether chunks of this mode carry signatures. */
export function isSignedMode(mode: StreamingMode): boolean {
  return mode !== 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
}

/** Whether the trailers of this mode carry a signature. */
export function hasSignedTrailers(mode: StreamingMode): boolean {
  return isSignedMode(mode) && mode.endsWith('-TRAILER');
}

/**
 * Reads `size[;chunk-signature=…]`.
 *
 * @param line without line break; attacker-controlled
 * @throws SigV4ProxyError `malformed-chunk`, `chunk-too-large`
 */
export function parseChunkHead(
  line: string,
  mode: StreamingMode,
  maxChunkBytes: number,
  chunkIndex: number,
): ChunkHead {
  const match = HEAD.exec(line);
  if (match === null) throw malformedChunk('the line before a chunk is not a hex size', chunkIndex);
  const [, sizeText = '', signature, padding = ''] = match;
  const size = Number.parseInt(sizeText, 16);
  if (sizeText.length > 16 || size > maxChunkBytes) {
    throw new SigV4ProxyError('chunk-too-large', `A chunk is larger than ${maxChunkBytes} bytes.`, {
      chunkIndex,
    });
  }
  if (!isSignatureOf(mode, signature, padding)) {
    throw malformedChunk(
      'a chunk signature is missing, misplaced or of the wrong form',
      chunkIndex,
    );
  }
  return { size, sizeText, signature };
}

/**
 * Reads `name:value`.
 *
 * @param line without line break; attacker-controlled
 * @throws SigV4ProxyError `malformed-chunk`
 */
export function parseTrailer(line: string): Trailer {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  if (!TRAILER_NAME.test(name)) throw malformedChunk('a trailer is not name:value');
  return [name.toLowerCase(), line.slice(colon + 1).trim()];
}

function isSignatureOf(mode: StreamingMode, signature: string | undefined, padding: string) {
  if (!isSignedMode(mode)) return signature === undefined;
  if (signature === undefined) return false;
  if (mode.includes('-ECDSA-')) {
    const length = signature.length + padding.length;
    return signature.length % 2 === 0 && signature.length <= 144 && length <= 144;
  }
  return signature.length === 64 && padding === '';
}

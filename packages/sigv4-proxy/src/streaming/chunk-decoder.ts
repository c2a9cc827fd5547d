import { SigV4ProxyError } from '../errors.js';
import type { StreamingMode } from '../sigv4/payload-mode.js';
import {
  type ChunkHead,
  hasSignedTrailers,
  isSignedMode,
  malformedChunk,
  parseChunkHead,
  parseTrailer,
  type Trailer,
} from './chunk-lines.js';
import { createLineReader } from './line-reader.js';
import { createPile } from './pile.js';

/** What an aws-chunked body is decoded with. */
export interface ChunkDecoderOptions {
  /** The value of `x-amz-content-sha256`. */
  readonly mode: StreamingMode;
  /** The names in `x-amz-trailer`, lower case: these trailers must come, and no others may. Default: none. */
  readonly declaredTrailers?: readonly string[] | undefined;
  /** Bytes of one chunk. A signed chunk is held whole until its signature is checked. Default 16 MiB. */
  readonly maxChunkBytes?: number | undefined;
  /** Bytes of the line before a chunk. Default 4 KiB. */
  readonly maxLineBytes?: number | undefined;
  /** Bytes of all trailers. Default 16 KiB. */
  readonly maxTrailerBytes?: number | undefined;
}

/** A piece of a decoded body, in order. */
export type ChunkPart =
  /** Data of an unsigned chunk, as it comes. */
  | { readonly type: 'data'; readonly data: Uint8Array }
  /** A whole signed chunk; the last one is empty. Its signature has not been checked. */
  | {
      readonly type: 'chunk';
      readonly index: number;
      readonly sizeText: string;
      readonly signature: string;
      readonly data: Uint8Array;
    }
  /** The end of the body. */
  | {
      readonly type: 'end';
      readonly trailers: readonly Trailer[];
      /** The trailer lines as they came, without the signature's. */
      readonly rawTrailers: readonly string[];
      /** `x-amz-trailer-signature`, not checked. */
      readonly trailerSignature: string | undefined;
    };

/** Decodes one aws-chunked body. */
export interface ChunkDecoder {
  /**
   * Takes the next bytes; data in the result may share their memory.
   *
   * @throws SigV4ProxyError `malformed-chunk`, `chunk-too-large`, `undeclared-trailer`, `missing-trailer`, `too-large`
   */
  push(bytes: Uint8Array): readonly ChunkPart[];
  /**
   * Says that no more bytes come.
   *
   * @throws SigV4ProxyError `truncated`
   */
  end(): void;
}

const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

/**
 * Makes a decoder for the frames of one aws-chunked body, in constant memory but for one signed chunk. It checks framing and
 * limits; signatures are checked by `createChunkVerifier`.
 *
 * @param options mode and limits
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 *
 * @example
 * ```ts
 * declare const body: AsyncIterable<Uint8Array>;
 * const decoder = createChunkDecoder({ mode: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' });
 * let size = 0;
 * for await (const bytes of body) {
 *   for (const part of decoder.push(bytes)) if (part.type === 'data') size += part.data.length;
 * }
 * decoder.end();
 * ```
 */
export function createChunkDecoder(options: ChunkDecoderOptions): ChunkDecoder {
  const { mode, maxChunkBytes = 16 * 1024 * 1024, maxTrailerBytes = 16 * 1024 } = options;
  const signed = isSignedMode(mode);
  const lines = createLineReader(options.maxLineBytes ?? 4096);
  const trailers = createTrailerReader(options.declaredTrailers ?? [], mode);
  let state: 'head' | 'data' | 'after-data' | 'trailers' | 'end' = 'head';
  let head: ChunkHead = { size: 0, sizeText: '', signature: undefined };
  let index = 0;
  let left = 0;
  let trailerBytes = 0;
  let pile = createPile(0);

  function takeLine(line: string, parts: ChunkPart[]): void {
    if (state === 'head') {
      head = parseChunkHead(line, mode, maxChunkBytes, index);
      left = head.size;
      if (left > 0) {
        state = 'data';
        if (signed) pile = createPile(left);
        return;
      }
      if (signed) parts.push(wholeChunk(new Uint8Array(0)));
      state = 'trailers';
      lines.limit(maxTrailerBytes);
    } else if (state === 'after-data') {
      if (line !== '') throw malformedChunk('a chunk does not end with a line break', index);
      index += 1;
      state = 'head';
    } else if (line !== '') {
      trailerBytes += line.length + 2;
      if (trailerBytes > maxTrailerBytes) {
        throw new SigV4ProxyError('too-large', `The trailers exceed ${maxTrailerBytes} bytes.`);
      }
      trailers.take(line);
    } else {
      parts.push(trailers.finish());
      state = 'end';
    }
  }

  function takeData(bytes: Uint8Array, parts: ChunkPart[]): void {
    left -= bytes.length;
    if (!signed) parts.push({ type: 'data', data: bytes });
    else if (bytes.length === head.size) parts.push(wholeChunk(bytes));
    else {
      pile.add(bytes);
      if (left === 0) parts.push(wholeChunk(pile.take()));
    }
    if (left === 0) state = 'after-data';
  }

  function wholeChunk(data: Uint8Array): ChunkPart {
    const { sizeText, signature = '' } = head;
    return { type: 'chunk', index, sizeText, signature, data };
  }

  return {
    push(bytes) {
      const parts: ChunkPart[] = [];
      let at = 0;
      while (at < bytes.length) {
        if (state === 'end') throw malformedChunk('there are bytes after its end');
        if (state === 'data') {
          const take = Math.min(left, bytes.length - at);
          takeData(bytes.subarray(at, at + take), parts);
          at += take;
          continue;
        }
        at = lines.push(bytes, at);
        const line = lines.line();
        if (line !== undefined) takeLine(line, parts);
      }
      return parts;
    },
    end() {
      if (state === 'end') return;
      throw new SigV4ProxyError('truncated', 'The aws-chunked body ends before its last chunk.', {
        chunkIndex: index,
      });
    },
  };
}

function createTrailerReader(declared: readonly string[], mode: StreamingMode) {
  const expected = new Set(declared.map((name) => name.toLowerCase()));
  const seen = new Set<string>();
  const trailers: Trailer[] = [];
  const rawTrailers: string[] = [];
  let trailerSignature: string | undefined;
  return {
    take(line: string): void {
      const trailer = parseTrailer(line);
      const [name, value] = trailer;
      if (trailerSignature !== undefined) throw malformedChunk('a trailer follows the signature');
      if (name === TRAILER_SIGNATURE && hasSignedTrailers(mode)) {
        trailerSignature = value.replace(/\*+$/, '');
        return;
      }
      if (!expected.has(name)) {
        throw new SigV4ProxyError(
          'undeclared-trailer',
          `The trailer ${name} is not named in x-amz-trailer.`,
        );
      }
      if (seen.has(name)) throw malformedChunk(`the trailer ${name} is repeated`);
      seen.add(name);
      trailers.push(trailer);
      rawTrailers.push(line);
    },
    finish(): ChunkPart {
      for (const name of expected) {
        if (!seen.has(name)) {
          throw new SigV4ProxyError('missing-trailer', `The declared trailer ${name} is missing.`);
        }
      }
      return { type: 'end', trailers, rawTrailers, trailerSignature };
    },
  };
}

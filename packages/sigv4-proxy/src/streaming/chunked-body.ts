import { SigV4ProxyError } from '../errors.js';
import type { ChunkedPayload } from '../sigv4/payload-mode.js';
import type { ChunkChainOptions } from './chunk-chain.js';
import { type ChunkPart, createChunkDecoder } from './chunk-decoder.js';
import { encodeChunk, encodeTrailers } from './chunk-encoder.js';
import { hasSignedTrailers, isSignedMode } from './chunk-lines.js';
import { createChunkSigner } from './chunk-signer.js';
import { checkDecodedLength, createChunkVerifier } from './chunk-verifier.js';

/** How an aws-chunked body is checked and passed on. */
export interface ChunkedBodyOptions {
  /** What the verified request says about its body. */
  readonly payload: ChunkedPayload;
  /** The client's chain; required when the mode is signed. */
  readonly verify?: ChunkChainOptions | undefined;
  /** The upstream chain, for signed modes whose frames are passed on. */
  readonly sign?: ChunkChainOptions | undefined;
  /** `frames`: the same frames, signed again where they were signed; `decoded`: only the data between them. */
  readonly output: 'frames' | 'decoded';
  /** Bytes of one signed chunk. Default 16 MiB. */
  readonly maxChunkBytes?: number | undefined;
}

/**
 * Checks an aws-chunked body while it streams and gives what goes upstream. Signed chunks come out only once their signature has
 * agreed; of an unsigned body the last piece is held back until frames, trailers and length have agreed. So whoever stops
 * reading at the error has never passed on a complete body.
 *
 * With `frames` every byte count stays, so Content-Length stays too.
 *
 * @param source body bytes after HTTP transfer decoding; attacker-controlled
 * @param options what to check and what to give
 * @throws SigV4ProxyError (from the iteration) the codes of `createChunkDecoder` and `createChunkVerifier`
 */
export function transformChunkedBody(
  source: AsyncIterable<Uint8Array>,
  options: ChunkedBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  return isSignedMode(options.payload.streaming)
    ? transformSigned(source, options)
    : transformUnsigned(source, options);
}

async function* transformSigned(
  source: AsyncIterable<Uint8Array>,
  { payload, verify, sign, output, maxChunkBytes }: ChunkedBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { streaming: mode, decodedContentLength, declaredTrailers } = payload;
  const frames = output === 'frames';
  if (verify === undefined || (frames && sign === undefined)) {
    throw new SigV4ProxyError('invalid-option', 'Signed chunks need verify and, for frames, sign.');
  }
  const decoder = createChunkDecoder({ mode, declaredTrailers, maxChunkBytes });
  const verifier = createChunkVerifier({ ...verify, decodedContentLength });
  const signer = frames && sign !== undefined ? createChunkSigner(sign) : undefined;

  function take(part: ChunkPart): Uint8Array | undefined {
    if (part.type === 'chunk') {
      verifier.verifyChunk(part.data, part.signature);
      if (signer === undefined) return part.data;
      return encodeChunk(mode, part.sizeText, signer.signChunk(part.data), part.data);
    }
    if (part.type !== 'end') return undefined;
    if (hasSignedTrailers(mode)) verifier.verifyTrailers(part.trailers, part.trailerSignature);
    if (signer === undefined) return undefined;
    const signature = hasSignedTrailers(mode) ? signer.signTrailers(part.trailers) : undefined;
    return encodeTrailers(mode, part.rawTrailers, signature);
  }

  // One piece is held back: with `decoded` the last data chunk would otherwise complete the upstream body before the end is proven.
  let held: Uint8Array | undefined;
  for await (const bytes of source) {
    for (const part of decoder.push(bytes)) {
      const out = take(part);
      if (out === undefined || out.length === 0) continue;
      if (held !== undefined) yield held;
      held = out;
    }
  }
  decoder.end();
  if (held !== undefined) yield held;
}

async function* transformUnsigned(
  source: AsyncIterable<Uint8Array>,
  { payload, output }: ChunkedBodyOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { streaming: mode, decodedContentLength, declaredTrailers } = payload;
  // Nothing is held per chunk here, and some SDKs send the whole body as one chunk: only the stated length is the limit.
  const decoder = createChunkDecoder({
    mode,
    declaredTrailers,
    maxChunkBytes: decodedContentLength,
  });
  const frames = output === 'frames';
  let total = 0;
  let held: Uint8Array | undefined;
  for await (const bytes of source) {
    for (const part of decoder.push(bytes)) {
      if (part.type === 'data') total += part.data.length;
      checkDecodedLength(total, part.type === 'end', decodedContentLength);
      if (part.type !== 'data' || frames) continue;
      if (held !== undefined) yield held;
      held = part.data;
    }
    if (frames && bytes.length > 0) {
      if (held !== undefined) yield held;
      held = bytes;
    }
  }
  decoder.end();
  if (held !== undefined) yield held;
}

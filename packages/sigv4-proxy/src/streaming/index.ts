export type { ChunkChainOptions } from './chunk-chain.js';
export {
  type ChunkDecoder,
  type ChunkDecoderOptions,
  type ChunkPart,
  createChunkDecoder,
} from './chunk-decoder.js';
export type { Trailer } from './chunk-lines.js';
export { type ChunkSigner, createChunkSigner } from './chunk-signer.js';
export {
  type ChunkVerifier,
  type ChunkVerifierOptions,
  createChunkVerifier,
} from './chunk-verifier.js';
export { type ChunkedBodyOptions, transformChunkedBody } from './chunked-body.js';
export { holdBack } from './hold-back.js';

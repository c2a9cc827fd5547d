import type { StreamingMode } from '../sigv4/payload-mode.js';

const CRLF = '\r\n';
const ECDSA_LENGTH = 144;

/**
 * One frame of a signed aws-chunked body: size, signature, data. The final, empty chunk has no line break of its own after the
 * data; `encodeTrailers` closes the body.
 *
 * @param mode decides how long signatures are padded
 * @param sizeText the size in hex, as it shall be written
 * @param signature of the chunk
 * @param data of the chunk
 */
export function encodeChunk(
  mode: StreamingMode,
  sizeText: string,
  signature: string,
  data: Uint8Array,
): Uint8Array {
  const head = `${sizeText};chunk-signature=${padSignature(mode, signature)}${CRLF}`;
  if (data.length === 0) return Buffer.from(head, 'latin1');
  const frame = Buffer.allocUnsafe(head.length + data.length + 2);
  frame.write(head, 0, 'latin1');
  frame.set(data, head.length);
  frame.write(CRLF, head.length + data.length, 'latin1');
  return frame;
}

/**
 * The end of an aws-chunked body: trailer lines, their signature, an empty line.
 *
 * @param mode decides how long the signature is padded
 * @param lines `name:value`, as they shall be written
 * @param signature of the trailers, where the mode has one
 */
export function encodeTrailers(
  mode: StreamingMode,
  lines: readonly string[],
  signature: string | undefined,
): Uint8Array {
  const all =
    signature === undefined
      ? lines
      : [...lines, `x-amz-trailer-signature:${padSignature(mode, signature)}`];
  return Buffer.from(all.map((line) => line + CRLF).join('') + CRLF, 'latin1');
}

// A DER signature varies in length; padded, the length of the body is known before it is signed.
function padSignature(mode: StreamingMode, signature: string): string {
  return mode.includes('-ECDSA-') ? signature.padEnd(ECDSA_LENGTH, '*') : signature;
}

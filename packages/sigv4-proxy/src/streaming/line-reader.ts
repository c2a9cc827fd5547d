import { malformedChunk } from './chunk-lines.js';

/** Collects one line at a time, ended by CR LF. */
export interface LineReader {
  /** Takes bytes from `at` up to the end of the line or of the bytes; returns where it stopped. */
  push(bytes: Uint8Array, at: number): number;
  /** The finished line, without its end, once; undefined while it is unfinished. Latin1. */
  line(): string | undefined;
  /** Sets how long the next lines may be. */
  limit(maxBytes: number): void;
}

const LF = 0x0a;
const CR = 0x0d;

/** Makes a line reader; memory and time stay linear however the bytes are cut. */
export function createLineReader(maxBytes: number): LineReader {
  let max = maxBytes;
  let buffer = Buffer.allocUnsafe(128);
  let length = 0;
  let finished = false;

  function append(bytes: Uint8Array): void {
    if (length + bytes.length > max + 2) throw malformedChunk('a line is too long');
    if (length + bytes.length > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes.length));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    buffer.set(bytes, length);
    length += bytes.length;
  }

  return {
    push(bytes, at) {
      // Looking only as far as a line may go keeps a stream without line breaks linear.
      const end = Math.min(bytes.length, at + max + 3);
      const lf = bytes.subarray(at, end).indexOf(LF);
      const stop = lf < 0 ? end : at + lf + 1;
      append(bytes.subarray(at, stop));
      if (lf >= 0) {
        if (length < 2 || buffer[length - 2] !== CR) throw malformedChunk('a line ends in bare LF');
        finished = true;
      }
      return stop;
    },
    line() {
      if (!finished) return undefined;
      const text = buffer.toString('latin1', 0, length - 2);
      finished = false;
      length = 0;
      return text;
    },
    limit(maxBytesOfLine) {
      max = maxBytesOfLine;
    },
  };
}

import { AwsFault } from '../errors/aws-fault.js';

/** First and last byte, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a Range header with one range; anything else is ignored, as HTTP allows and S3 does.
 *
 * @throws {AwsFault} InvalidRange when no byte of the object lies in it
 */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (!match || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || start > end) {
    throw new AwsFault('InvalidRange', 416, 'The requested range is not satisfiable', {
      details: { RangeRequested: header ?? '', ActualObjectSize: String(size) },
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  return { start, end };
}

/** The pieces that hold a range; views on the same memory, not copies. */
export function slicePieces(pieces: readonly Buffer[], range: ByteRange): readonly Buffer[] {
  const out: Buffer[] = [];
  let offset = 0;
  for (const piece of pieces) {
    const from = Math.max(range.start - offset, 0);
    const to = Math.min(range.end + 1 - offset, piece.length);
    if (from < to) out.push(piece.subarray(from, to));
    offset += piece.length;
    if (offset > range.end) break;
  }
  return out;
}

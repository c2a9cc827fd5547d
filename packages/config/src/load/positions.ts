import type { Position } from './diagnostic.js';

/** Turns offsets of one text into lines and columns. */
export type PositionOf = (offset: number) => Position;

/**
 * Prepares a text for look-ups: one pass over it, then a binary search for each position.
 *
 * @param text - the whole text
 * @param shift - added to the reported offset, for a mark that was cut off the front
 */
export function createPositions(text: string, shift = 0): PositionOf {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1, offset: offset + shift };
  };
}

/** Gathers the bytes of one chunk. */
export interface Pile {
  add(bytes: Uint8Array): void;
  /** All bytes so far, in one piece. */
  take(): Uint8Array;
}

const FIRST = 64 * 1024;

/**
 * Makes a pile that grows with what really arrives: an announced size costs nothing, and pieces of one byte cost no object each.
 *
 * @param maxBytes the announced size
 */
export function createPile(maxBytes: number): Pile {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    add(bytes) {
      if (length + bytes.length > buffer.length) {
        const wanted = Math.max(buffer.length * 2, length + bytes.length, FIRST);
        const larger = Buffer.allocUnsafe(
          Math.min(wanted, Math.max(maxBytes, length + bytes.length)),
        );
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(bytes, length);
      length += bytes.length;
    },
    take: () => buffer.subarray(0, length),
  };
}

/** Reads lines and counted runs from pieces of a stream, without joining the pieces. */
export interface ByteReader {
  /**
   * The text before the next CRLF.
   *
   * @param limit bytes of the line; a longer one, a bare line feed or the end of the stream gives undefined
   */
  line(limit: number): Promise<string | undefined>;
  /** At most `limit` bytes, as they come; undefined at the end of the stream. */
  some(limit: number): Promise<Buffer | undefined>;
}

/** @param source consumed to its end only if the caller asks for it */
export function createByteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);

  const fill = async (): Promise<boolean> => {
    while (current.length === 0) {
      const next = await iterator.next();
      if (next.done) return false;
      current = next.value;
    }
    return true;
  };

  return {
    async line(limit) {
      let text = '';
      while (await fill()) {
        const end = current.indexOf(0x0a);
        const part = end < 0 ? current : current.subarray(0, end + 1);
        text += part.toString('latin1');
        current = current.subarray(part.length);
        if (text.length > limit) return undefined;
        if (end >= 0) return text.endsWith('\r\n') ? text.slice(0, -2) : undefined;
      }
      return undefined;
    },
    async some(limit) {
      if (!(await fill())) return undefined;
      const part = current.subarray(0, limit);
      current = current.subarray(part.length);
      return part;
    },
  };
}

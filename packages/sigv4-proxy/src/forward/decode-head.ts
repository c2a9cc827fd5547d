/** A response head, and what it says about its body. */
export interface DecodedHead {
  /** Names and values in turn. */
  readonly headers: string[];
  /** Content-Length; -1 without one. */
  readonly length: number;
  /** Whether there is a Transfer-Encoding. */
  readonly isChunked: boolean;
}

/**
 * Makes text of a raw head or of raw trailers.
 *
 * @param raw names and values in turn, in the bytes they came in
 */
export function decodeHead(raw: readonly (Buffer | string)[]): DecodedHead {
  const headers = new Array<string>(raw.length);
  let length = -1;
  let isChunked = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = text(raw[i]);
    const value = text(raw[i + 1]);
    headers[i] = name;
    headers[i + 1] = value;
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(value);
    else if (name.length === 17) isChunked ||= name.toLowerCase() === 'transfer-encoding';
  }
  return { headers, length, isChunked };
}

function text(value: Buffer | string | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}

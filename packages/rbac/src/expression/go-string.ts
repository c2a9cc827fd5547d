const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 92],
  ['"', 34],
]);

/**
 * The value of a double-quoted Go string, given the text between its quotes. Undefined when a backslash
 * starts no escape that Go knows; so `\d` is refused and `\\d` is a backslash and a d.
 *
 * @see https://go.dev/ref/spec#String_literals
 */
export function unquoteGoString(body: string): string | undefined {
  if (!body.includes('\\')) return body;
  const pattern =
    /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;
  let value = '';
  let bytes: number[] = [];
  let position = 0;
  const flush = () => {
    value += decodeUtf8(bytes);
    bytes = [];
  };
  while (position < body.length) {
    const char = body.charAt(position);
    if (char !== '\\') {
      flush();
      value += char;
      position += 1;
      continue;
    }
    pattern.lastIndex = position;
    const [all, simple, hex, octal, short, long] = pattern.exec(body) ?? [];
    if (all === undefined) return undefined;
    position += all.length;
    const byte = byteOf(simple, hex, octal);
    if (byte !== undefined) {
      if (byte > 255) return undefined;
      bytes.push(byte);
      continue;
    }
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff)) return undefined;
    flush();
    value += String.fromCodePoint(point);
  }
  flush();
  return value;
}

function byteOf(simple?: string, hex?: string, octal?: string): number | undefined {
  if (simple !== undefined) return SIMPLE_ESCAPES.get(simple);
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return octal === undefined ? undefined : Number.parseInt(octal, 8);
}

/** Byte escapes may spell UTF-8; what is not UTF-8 becomes the replacement character, as when Go prints it. */
function decodeUtf8(bytes: readonly number[]): string {
  if (bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
  const encoded = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(encoded);
  } catch {
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
  }
}

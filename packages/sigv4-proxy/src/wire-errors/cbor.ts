/**
 * Writes a flat map of texts as CBOR (RFC 8949, 3): all that an error body of Smithy's RPC v2 CBOR protocol is. A whole codec would
 * take longer to load than everything else that an error needs.
 *
 * @param fields fewer than 24
 */
export function formatCborTexts(fields: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(fields);
  const parts: Uint8Array[] = [Uint8Array.of(0xa0 + entries.length)];
  for (const text of entries.flat()) {
    const bytes = Buffer.from(text, 'utf8');
    parts.push(textHead(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

/** Major type 3 with the length in the shortest of its forms. */
function textHead(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x60 + length);
  if (length < 0x100) return Uint8Array.of(0x78, length);
  if (length < 0x1_0000) return Uint8Array.of(0x79, length >>> 8, length & 0xff);
  const head = Buffer.alloc(5);
  head[0] = 0x7a;
  head.writeUInt32BE(length, 1);
  return head;
}

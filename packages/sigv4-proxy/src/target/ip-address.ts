/**
 * Reads an IPv4 address in any notation that the usual resolvers accept: one to four parts, each decimal, octal or hexadecimal.
 *
 * @param text attacker-controlled
 * @returns the four bytes, or undefined when the text is no such address
 */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [index, part] of parts.entries()) {
    const number = parseIpv4Part(part);
    const width = index === parts.length - 1 ? 5 - parts.length : 1;
    if (number === undefined || number >= 256 ** width) return undefined;
    value = value * 256 ** width + number;
  }
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256);
}

function parseIpv4Part(part: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(part)) return Number.parseInt(part.slice(2), 16);
  if (/^0[0-7]{0,11}$/.test(part)) return Number.parseInt(part, 8);
  return /^[1-9][0-9]{0,9}$/.test(part) ? Number(part) : undefined;
}

/**
 * Reads an IPv6 address, with or without a zone, also with an IPv4 address at its end.
 *
 * @param text attacker-controlled, without brackets
 * @returns the sixteen bytes, or undefined when the text is no such address
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.2
 */
export function parseIpv6(text: string): readonly number[] | undefined {
  if (text.length > 100) return undefined;
  const address = text.split('%', 1)[0] ?? '';
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** Bytes of `a:b:c`; the last group may be an IPv4 address when the address ends there. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
      continue;
    }
    const isLast = isEnd && index === groups.length - 1;
    const ipv4 = isLast && /^[0-9]+(?:\.[0-9]+){3}$/.test(group) ? parseIpv4(group) : undefined;
    if (ipv4 === undefined) return undefined;
    bytes.push(...ipv4);
  }
  return bytes;
}
